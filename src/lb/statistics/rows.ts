// The statistics as HAProxy tells them: one row for each frontend, server and backend, with HAProxy's names of fields and its words for
// states (management guide, section 9.1). Pure.

import { hostAndPort } from '../../api/host-and-port.ts';
import type { BackendStats, EngineStats, FrontendStats, ServerStats } from '../engine.ts';
import type { Backend, LbModel, Server } from '../model.ts';
import { outcomes } from '../outcome.ts';
import { reasonOf } from '../server-reason.ts';

/** Undefined is an empty field. */
export type Fields = Readonly<Record<string, string | number | undefined>>;

export interface Row {
  readonly type: 'frontend' | 'backend' | 'server';
  /** By HAProxy's names, and those of `ownColumns`. */
  readonly fields: Fields;
  /** What the colour of the row says. */
  readonly look: Look;
}

export type Look =
  | 'frontend'
  | 'backend'
  | 'up'
  | 'down'
  | 'going-down'
  | 'going-up'
  | 'ejected'
  | 'drain'
  | 'maint'
  | 'unchecked'
  | 'backup'
  | 'backup-down';

/** Requests that came in the last second, by frontend, backend and `backend/server id`. */
export type Rates = ReadonlyMap<string, number>;

/** HAProxy's of its version 2.6, in its order, as far as there is something to tell. */
export const haproxyColumns = [
  ...['pxname', 'svname', 'qcur', 'qmax', 'scur', 'smax', 'slim', 'stot', 'bin', 'bout', 'dreq', 'dresp'],
  ...['ereq', 'econ', 'eresp', 'wretr', 'wredis', 'status', 'weight', 'act', 'bck', 'chkfail', 'chkdown'],
  ...['lastchg', 'downtime', 'qlimit', 'pid', 'iid', 'sid', 'throttle', 'lbtot', 'tracked', 'type', 'rate'],
  ...['rate_lim', 'rate_max', 'check_status', 'check_code', 'check_duration', 'hrsp_1xx', 'hrsp_2xx'],
  ...['hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other', 'hanafail', 'req_rate', 'req_rate_max', 'req_tot'],
  ...['cli_abrt', 'srv_abrt', 'comp_in', 'comp_out', 'comp_byp', 'comp_rsp', 'lastsess', 'last_chk'],
  ...['last_agt', 'qtime', 'ctime', 'rtime', 'ttime', 'agent_status', 'agent_code', 'agent_duration'],
  ...['check_desc', 'agent_desc', 'check_rise', 'check_fall', 'check_health', 'agent_rise', 'agent_fall'],
  ...['agent_health', 'addr', 'cookie', 'mode', 'algo', 'conn_rate', 'conn_rate_max', 'conn_tot'],
] as const;

/** After HAProxy's: the bins, where a server runs, what backups do, and why a server gets nothing new. */
export const ownColumns = [
  'node',
  'backups_active',
  'backups_wanted',
  'sorry',
  ...outcomes,
  'reason',
] as const;

/** Frontends first, then each backend after its servers, as HAProxy lists them. */
export function rowsOf(model: LbModel, stats: EngineStats, rates: Rates, now: number): Row[] {
  const modes = new Map([...model.frontends, ...model.backends].map(({ name, mode }) => [name, mode]));
  const frontends = stats.frontends.map((one, index) => frontendRow(one, index + 1, modes, rates));
  const backends = stats.backends.flatMap((one, index) => {
    const told = model.backends.find(({ name }) => name === one.name);
    const number = stats.frontends.length + index + 1;
    const wishes = new Map(told?.servers.map((server) => [server.id, server]));
    const servers = one.servers.map((server, at) =>
      serverRow(one, server, { told, wish: wishes.get(server.id) }, [number, at + 1], rates, now),
    );
    return [...servers, backendRow(one, told, number, rates)];
  });
  return [...frontends, ...backends];
}

function frontendRow(one: FrontendStats, iid: number, modes: ReadonlyMap<string, string>, rates: Rates): Row {
  const { current, most, total } = one.connections;
  const rate = rates.get(one.name) ?? 0;
  const fields = {
    ...{ pxname: one.name, svname: 'FRONTEND', status: 'OPEN', type: 0, pid: 1, iid, sid: 0 },
    ...{ scur: current, smax: most, stot: total, bin: one.bytesIn, bout: one.bytesOut },
    ...{ req_rate: rate, req_tot: one.requests, conn_tot: total, mode: modes.get(one.name) },
    ...{ ereq: one.bins.clientError, dreq: 0, dresp: 0, ...answers(one.statusClasses), ...one.bins },
  };
  return { type: 'frontend', look: 'frontend', fields };
}

function backendRow(one: BackendStats, told: Backend | undefined, iid: number, rates: Rates): Row {
  const usable = one.servers.filter(({ active }) => active);
  const count = (role: string) => usable.filter((server) => server.role === role).length;
  const { times } = one;
  const fields = {
    ...{ pxname: one.name, svname: 'BACKEND', type: 1, pid: 1, iid, sid: 0 },
    ...{ status: one.sorry ? 'DOWN' : 'UP', act: count('primary'), bck: count('backup') },
    ...{ qcur: one.queued, qmax: one.mostQueued, qlimit: told?.queue.max },
    ...{ scur: one.inFlight, smax: one.mostInFlight, slim: one.load.capacity, stot: one.requests },
    ...{ lbtot: one.requests, weight: usable.reduce((sum, { weight }) => sum + weight, 0) },
    ...{ econ: one.connectErrors, eresp: one.responseErrors, wretr: one.retries, wredis: one.redispatches },
    ...{ bin: one.bytesIn, bout: one.bytesOut, rate: rates.get(one.name) ?? 0, req_tot: one.requests },
    ...{ mode: told?.mode, algo: told?.balance, cookie: told?.persistence?.name, cli_abrt: one.bins.aborted },
    ...{ qtime: round(times?.queueMs), ctime: round(times?.connectMs) },
    ...{ rtime: round(times?.responseMs), ttime: round(times?.totalMs) },
    ...{ backups_active: one.backupsActive, backups_wanted: one.backupsWanted, sorry: one.sorry ? 1 : 0 },
    ...{ ...answers(one.statusClasses), ...one.bins },
  };
  return { type: 'backend', look: 'backend', fields };
}

function serverRow(
  { name: pxname }: BackendStats,
  one: ServerStats,
  { told, wish }: { told: Backend | undefined; wish: Server | undefined },
  [iid, sid]: [number, number],
  rates: Rates,
  now: number,
): Row {
  const primary = one.role === 'primary';
  const fields = {
    ...{
      pxname,
      svname: one.name,
      type: 2,
      pid: 1,
      iid,
      sid,
      status: statusOf(one),
      reason: reasonOf(one, wish),
    },
    ...{ qcur: one.queued, scur: one.inFlight, smax: one.mostInFlight, slim: one.maxconn },
    ...{ stot: one.requests, lbtot: one.requests, bin: one.bytesIn, bout: one.bytesOut },
    ...{ econ: one.connectErrors, eresp: one.responseErrors, wretr: one.retries, wredis: one.redispatches },
    ...{ weight: one.weight, act: primary ? 1 : 0, bck: primary ? 0 : 1, cli_abrt: one.aborted },
    ...{ chkfail: one.checksFailed, chkdown: one.timesDown, downtime: Math.round(one.downMs / 1_000) },
    ...{ lastchg: Math.max(0, Math.round((now - one.changedAt) / 1_000)) },
    ...{
      rate: rates.get(`${pxname}/${one.id}`) ?? 0,
      check_status: one.checkStatus,
      check_code: one.checkCode,
    },
    ...{ check_duration: round(one.checkMs), addr: hostAndPort(one.address, one.port) },
    ...{ node: one.node, mode: told?.mode },
    ...{ check_rise: told?.check?.rise, check_fall: told?.check?.fall, ...answers(one.statusClasses) },
  };
  return { type: 'server', look: lookOf(one), fields };
}

/** HAProxy's words; EJECTED is our own. */
function statusOf(one: ServerStats): string {
  if (one.state === 'maint' || one.state === 'departing') return 'MAINT';
  if (one.health === 'down') return progress('DOWN', one);
  if (one.ejected) return 'EJECTED';
  if (one.state === 'drain') return 'DRAIN';
  return one.health === 'unchecked' ? 'no check' : progress('UP', one);
}

function progress(word: string, { checkProgress }: ServerStats): string {
  return checkProgress && checkProgress.count > 0
    ? `${word} ${checkProgress.count}/${checkProgress.of}`
    : word;
}

function lookOf(one: ServerStats): Look {
  const isChanging = (one.checkProgress?.count ?? 0) > 0;
  if (one.state === 'maint' || one.state === 'departing') return 'maint';
  if (one.health === 'down') {
    if (one.role === 'backup') return 'backup-down';
    return isChanging ? 'going-up' : 'down';
  }
  if (one.ejected) return 'ejected';
  if (one.state === 'drain') return 'drain';
  if (one.role === 'backup') return 'backup';
  if (isChanging) return 'going-down';
  return one.health === 'unchecked' ? 'unchecked' : 'up';
}

function answers(classes: readonly number[]): Fields {
  const names = ['hrsp_other', 'hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx'];
  return Object.fromEntries(names.map((name, digit) => [name, classes[digit] ?? 0]));
}

function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}
