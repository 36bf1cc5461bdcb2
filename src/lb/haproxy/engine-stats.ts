// The numbers of HAProxy as the balancer's statistics.

import type { BackendStats, EngineStats, FrontendStats, ServerStats } from '../engine.ts';
import type { Backend, Frontend, LbModel, Server } from '../model.ts';
import { totalOf } from '../outcome.ts';
import type { Account } from './account.ts';
import { type Activity, capacityOf } from './backup-control.ts';
import { waitingRoom } from './config/waiting-room.ts';
import { frontendName, proxyName, serverName, twinName } from './names.ts';
import { type Sample, sampleKey } from './sample.ts';
import { healthOf, isServing } from './server-health.ts';
import { noRow, type StatRow } from './stat-rows.ts';

export interface StatsSource {
  readonly model: LbModel;
  readonly sample: Sample;
  readonly account: Account;
  readonly nowMs: number;
  activity(backend: string): Activity;
  isEjected(backend: string, serverId: string): boolean;
}

export function engineStats(
  source: StatsSource,
  life: Pick<EngineStats, 'epoch' | 'startedAt' | 'pid' | 'unknown'>,
): EngineStats {
  return {
    ...life,
    frontends: source.model.frontends.map((frontend) => frontendStats(source, frontend)),
    backends: source.model.backends.map((backend) => backendStats(source, backend)),
  };
}

function frontendStats(source: StatsSource, frontend: Frontend): FrontendStats {
  const name = frontendName(frontend.name);
  const row = rowOf(source, name);
  const current = row.number('scur');
  const total = row.number('conn_tot') || row.number('stot');
  const connections = { current, most: row.number('smax'), total };
  const bytes = { bytesIn: row.number('bin'), bytesOut: row.number('bout') };
  const shared = { name: frontend.name, connections, ...bytes };
  if (frontend.mode === 'tcp') {
    const bins = source.account.settleConnections(name, total - current);
    return {
      ...shared,
      requests: totalOf(bins) + current,
      inFlight: current,
      bins,
      statusClasses: [0, 0, 0, 0, 0, 0],
    };
  }
  const { bins, classes } = source.account.settle(name, classesOf(source, name, row));
  const requests = Math.max(row.number('req_tot'), totalOf(bins));
  return { ...shared, requests, inFlight: requests - totalOf(bins), bins, statusClasses: classes };
}

/** What became a tunnel counts from then on, not from its end. */
function classesOf({ sample }: StatsSource, name: string, row: StatRow): number[] {
  const [, ...rest] = classColumns.map((column) => row.number(column));
  rest[0] = sample.upgrades.get(name) ?? 0;
  return [row.number('hrsp_other'), ...rest];
}

const classColumns = ['hrsp_other', 'hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx'];

function backendStats(source: StatsSource, backend: Backend): BackendStats {
  const name = proxyName(backend.name);
  const row = rowOf(source, name);
  const servers = backend.servers.map((server) => serverStats(source, backend, server));
  const waiting = row.number('qcur') + servers.reduce((sum, server) => sum + server.queued, 0);
  // Who is first in a queue of its own making is at no server, or counted there as well.
  const first = rowOf(source, name, waitingRoom).number('scur');
  const queued = waiting + (servers.some(({ active }) => active) ? 0 : first);
  const inFlight = Math.max(0, row.number('scur') - waiting - first);
  const { bins, classes } = settled(source, backend, row);
  const { active, wanted } = source.activity(backend.name);
  return {
    ...{
      name: backend.name,
      inFlight,
      mostInFlight: row.number('smax'),
      queued,
      mostQueued: row.number('qmax'),
    },
    ...{ requests: Math.max(row.number('stot') - countedTwice(source, name), totalOf(bins)), bins },
    ...{ statusClasses: classes, bytesIn: row.number('bin'), bytesOut: row.number('bout') },
    ...{ retries: row.number('wretr'), redispatches: row.number('wredis') },
    ...{ connectErrors: row.number('econ'), responseErrors: row.number('eresp') },
    ...(row.number('stot') > 0 ? { times: timesOf(row) } : {}),
    load: { demand: inFlight + queued, capacity: usableCapacity(backend, servers) },
    ...{ backupsActive: active, backupsWanted: wanted, sorry: isSorryDue(source, backend, servers), servers },
  };
}

function settled(source: StatsSource, backend: Backend, row: StatRow) {
  const name = proxyName(backend.name);
  if (backend.mode === 'http') {
    const twice = answersThroughWaitingRoom(source, name);
    const once = classesOf(source, name, row).map((count, digit) => count - (twice[digit] ?? 0));
    return source.account.settle(name, once);
  }
  const over = row.number('stot') - row.number('scur');
  return { bins: source.account.settleConnections(name, over), classes: [0, 0, 0, 0, 0, 0] };
}

/** By their first digit: an error is a page, which no server gave. */
function answersThroughWaitingRoom(source: StatsSource, name: string): number[] {
  const row = rowOf(source, name, waitingRoom);
  return classColumns.map((column) => (column === 'hrsp_5xx' ? 0 : row.number(column)));
}

function countedTwice(source: StatsSource, name: string): number {
  return answersThroughWaitingRoom(source, name).reduce((sum, count) => sum + count, 0);
}

function timesOf(row: StatRow) {
  return {
    ...{ queueMs: row.number('qtime'), connectMs: row.number('ctime') },
    ...{ responseMs: row.number('rtime'), totalMs: row.number('ttime') },
  };
}

function usableCapacity(backend: Backend, servers: readonly ServerStats[]): number | undefined {
  const active = new Set(servers.filter((server) => server.active).map(({ id }) => id));
  const primaries = backend.servers.filter(({ id, role }) => role === 'primary' && active.has(id));
  return primaries.length === 0 ? undefined : capacityOf(backend, primaries);
}

function isSorryDue(
  { nowMs }: StatsSource,
  { maintenanceUntil }: Backend,
  servers: readonly ServerStats[],
): boolean {
  return servers.every(({ active }) => !active) || (maintenanceUntil ?? 0) > nowMs;
}

function serverStats(source: StatsSource, backend: Backend, server: Server): ServerStats {
  const rows = rowsOf(source, backend, server);
  const [main] = rows;
  const all: readonly StatRow[] = rows.filter((row) => row !== undefined);
  const sum = (column: string) => all.reduce((total, row) => total + row.number(column), 0);
  const most = (column: string) => Math.max(0, ...all.map((row) => row.number(column)));
  const health = healthOf(main, backend.check !== undefined);
  const isEjected = health.isEjected || source.isEjected(backend.name, server.id);
  const maxconn = server.maxconn ?? backend.maxconn;
  return {
    ...{ id: server.id, name: server.name, address: server.address, port: server.port, node: server.node },
    ...{ role: server.role, state: server.state, ejected: isEjected },
    health: healthWord(backend, health.isUp || health.isEjected),
    ...checkStats(main, backend),
    active: isActive(source, backend, server, rows),
    weight: main.number('weight'),
    ...{
      inFlight: sum('scur') - sum('qcur'),
      mostInFlight: most('smax'),
      queued: sum('qcur'),
      requests: sum('stot'),
    },
    ...(maxconn === undefined ? {} : { maxconn }),
    ...{ bytesIn: sum('bin'), bytesOut: sum('bout'), statusClasses: classColumns.map(sum) },
    ...{
      connectErrors: sum('econ'),
      responseErrors: sum('eresp'),
      retries: sum('wretr'),
      redispatches: sum('wredis'),
    },
    ...{ aborted: sum('cli_abrt'), checksFailed: sum('chkfail'), timesDown: sum('chkdown') },
    changedAt: source.nowMs - main.number('lastchg') * 1_000,
    downMs: main.number('downtime') * 1_000,
  };
}

function healthWord(backend: Backend, isUp: boolean): ServerStats['health'] {
  if (!backend.check) return 'unchecked';
  return isUp ? 'up' : 'down';
}

/** `UP 1/3`, `DOWN 1/2`: how far it is from the other. */
function checkStats(row: StatRow, { check }: Backend) {
  if (!check) return {};
  const [status, code] = [row.text('check_status'), row.text('check_code')];
  const [, word = '', at = '', of = ''] = /^(UP|DOWN) (\d+)\/(\d+)/.exec(row.text('status')) ?? [];
  const count = word === 'UP' ? Number(of) - Number(at) : Number(at);
  return {
    ...(word === '' ? {} : { checkProgress: { count, of: word === 'UP' ? check.fall : check.rise } }),
    // A star in front: one is on its way.
    ...(status === ''
      ? {}
      : { checkStatus: status.replace(/^\* /, ''), checkMs: row.number('check_duration') }),
    ...(code ? { checkCode: Number(code) } : {}),
  };
}

function isActive(source: StatsSource, backend: Backend, server: Server, [main, twin]: Rows): boolean {
  if (server.state !== 'ready' || source.isEjected(backend.name, server.id) || !isServing(main)) return false;
  if (server.role === 'primary') return true;
  return (twin !== undefined && isServing(twin)) || !hasPrimary(source, backend);
}

function hasPrimary(source: StatsSource, backend: Backend): boolean {
  return backend.servers.some(
    (server) => server.role === 'primary' && isServing(rowsOf(source, backend, server)[0]),
  );
}

type Rows = [main: StatRow, twin?: StatRow];

function rowsOf(source: StatsSource, { name }: Backend, server: Server): Rows {
  const main = rowOf(source, proxyName(name), serverName(server));
  const twin = source.sample.rows.get(sampleKey(proxyName(name), twinName(server)));
  return twin ? [main, twin] : [main];
}

function rowOf({ sample }: StatsSource, proxy: string, server = ''): StatRow {
  return sample.rows.get(sampleKey(proxy, server)) ?? noRow;
}
