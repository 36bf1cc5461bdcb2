// The numbers of HAProxy as the balancer's statistics.

import type { BackendStats, EngineStats, FrontendStats, ServerStats } from '../engine.ts';
import type { Backend, Frontend, LbModel, Server } from '../model.ts';
import { totalOf } from '../outcome.ts';
import type { Account } from './account.ts';
import { type Activity, capacityOf } from './backup-control.ts';
import { frontendName, proxyName, serverName, twinName } from './names.ts';
import { type Sample, sampleKey } from './sample.ts';
import { healthOf, isServing } from './server-health.ts';
import { numberIn, type StatRow } from './stat-rows.ts';

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
  const current = numberIn(row, 'scur');
  const total = numberIn(row, 'conn_tot') || numberIn(row, 'stot');
  const connections = { current, most: numberIn(row, 'smax'), total };
  const bytes = { bytesIn: numberIn(row, 'bin'), bytesOut: numberIn(row, 'bout') };
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
  const requests = Math.max(numberIn(row, 'req_tot'), totalOf(bins));
  return { ...shared, requests, inFlight: requests - totalOf(bins), bins, statusClasses: classes };
}

/** What became a tunnel counts from then on, not from its end. */
function classesOf({ sample }: StatsSource, name: string, row: StatRow): number[] {
  const [, ...rest] = classColumns.map((column) => numberIn(row, column));
  rest[0] = sample.upgrades.get(name) ?? 0;
  return [numberIn(row, 'hrsp_other'), ...rest];
}

const classColumns = ['hrsp_other', 'hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx'];

function backendStats(source: StatsSource, backend: Backend): BackendStats {
  const name = proxyName(backend.name);
  const row = rowOf(source, name);
  const servers = backend.servers.map((server) => serverStats(source, backend, server));
  const queued = numberIn(row, 'qcur') + servers.reduce((sum, server) => sum + server.queued, 0);
  const inFlight = Math.max(0, numberIn(row, 'scur') - queued);
  const { bins, classes } = settled(source, backend, row);
  const { active, wanted } = source.activity(backend.name);
  return {
    ...{
      name: backend.name,
      inFlight,
      mostInFlight: numberIn(row, 'smax'),
      queued,
      mostQueued: numberIn(row, 'qmax'),
    },
    ...{ requests: Math.max(numberIn(row, 'stot'), totalOf(bins)), bins, statusClasses: classes },
    ...{ bytesIn: numberIn(row, 'bin'), bytesOut: numberIn(row, 'bout') },
    ...{ retries: numberIn(row, 'wretr'), redispatches: numberIn(row, 'wredis') },
    ...{ connectErrors: numberIn(row, 'econ'), responseErrors: numberIn(row, 'eresp') },
    ...(numberIn(row, 'stot') > 0 ? { times: timesOf(row) } : {}),
    load: { demand: inFlight + queued, capacity: usableCapacity(backend, servers) },
    ...{ backupsActive: active, backupsWanted: wanted, sorry: isSorryDue(source, backend, servers), servers },
  };
}

function settled(source: StatsSource, backend: Backend, row: StatRow) {
  const name = proxyName(backend.name);
  if (backend.mode === 'http') return source.account.settle(name, classesOf(source, name, row));
  const over = numberIn(row, 'stot') - numberIn(row, 'scur');
  return { bins: source.account.settleConnections(name, over), classes: [0, 0, 0, 0, 0, 0] };
}

function timesOf(row: StatRow) {
  return {
    ...{ queueMs: numberIn(row, 'qtime'), connectMs: numberIn(row, 'ctime') },
    ...{ responseMs: numberIn(row, 'rtime'), totalMs: numberIn(row, 'ttime') },
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
  const sum = (column: string) => all.reduce((total, row) => total + numberIn(row, column), 0);
  const most = (column: string) => Math.max(0, ...all.map((row) => numberIn(row, column)));
  const health = healthOf(main, backend.check !== undefined);
  const isEjected = health.isEjected || source.isEjected(backend.name, server.id);
  const maxconn = server.maxconn ?? backend.maxconn;
  return {
    ...{ id: server.id, name: server.name, address: server.address, port: server.port, node: server.node },
    ...{ role: server.role, state: server.state, ejected: isEjected },
    health: healthWord(backend, health.isUp || health.isEjected),
    ...checkStats(main, backend),
    active: isActive(source, backend, server, rows),
    weight: numberIn(main, 'weight'),
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
    changedAt: source.nowMs - numberIn(main, 'lastchg') * 1_000,
    downMs: numberIn(main, 'downtime') * 1_000,
  };
}

function healthWord(backend: Backend, isUp: boolean): ServerStats['health'] {
  if (!backend.check) return 'unchecked';
  return isUp ? 'up' : 'down';
}

/** `UP 1/3`, `DOWN 1/2`: how far it is from the other. */
function checkStats(row: StatRow, { check }: Backend) {
  if (!check) return {};
  const { check_status: status = '', check_code: code, status: state = '' } = row.fields;
  const [, word = '', at = '', of = ''] = /^(UP|DOWN) (\d+)\/(\d+)/.exec(state) ?? [];
  const count = word === 'UP' ? Number(of) - Number(at) : Number(at);
  return {
    ...(word === '' ? {} : { checkProgress: { count, of: word === 'UP' ? check.fall : check.rise } }),
    // A star in front: one is on its way.
    ...(status === ''
      ? {}
      : { checkStatus: status.replace(/^\* /, ''), checkMs: numberIn(row, 'check_duration') }),
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

const noRow: StatRow = { kind: 'server', proxy: '', name: '', fields: {} };

function rowOf({ sample }: StatsSource, proxy: string, server = ''): StatRow {
  return sample.rows.get(sampleKey(proxy, server)) ?? noRow;
}
