// The counts of all workers added up, and the state of the moment beside them.

import type { BackendStats, FrontendStats, ServerStats } from '../../../engine.ts';
import { type Bins, outcomes } from '../../../outcome.ts';
import {
  backendNumber,
  backendWord,
  frontendNumber,
  frontendWord,
  listWord,
  serverNumber,
  serverWord,
  unlimited,
} from '../records.ts';
import { timeSamples } from '../traffic-counters.ts';
import type { BackendControl } from './backend-control.ts';
import { capacityOf, demandOf } from './backups.ts';
import type { ControlledServer } from './controlled-server.ts';
import type { RecordPool } from './record-pool.ts';

export function frontendStats(name: string, record: number, pool: RecordPool): FrontendStats {
  const words = pool.table.words(record);
  const sums = pool.sumsOf(record);
  const bins = binsOf(sums, frontendNumber.bins);
  const requests = at(sums, frontendNumber.requests);
  return {
    name,
    connections: {
      current: Atomics.load(words, frontendWord.connections),
      most: Atomics.load(words, frontendWord.mostConnections),
      total: at(sums, frontendNumber.connections),
    },
    requests,
    inFlight: requests - total(bins),
    bins,
    bytesIn: at(sums, frontendNumber.bytesIn),
    bytesOut: at(sums, frontendNumber.bytesOut),
    statusClasses: classesOf(sums, frontendNumber.statuses),
  };
}

export function inFlightOf(record: number, pool: RecordPool): number {
  const sums = pool.sumsOf(record);
  return at(sums, frontendNumber.requests) - total(binsOf(sums, frontendNumber.bins));
}

export function backendStats(
  control: BackendControl,
  pools: { servers: RecordPool; backends: RecordPool },
  nowMs: number,
): BackendStats {
  const { view, backups, servers } = control;
  const { words, settings } = view;
  view.refresh();
  const sums = pools.backends.sumsOf(view.record);
  const bins = binsOf(sums, backendNumber.bins);
  const [inFlight, queued] = [load(words, backendWord.inFlight), load(words, backendWord.queued)];
  const primaries = servers.filter(({ server, cell }) => server.role === 'primary' && cell.isUsable());
  return {
    name: view.name,
    inFlight,
    mostInFlight: load(words, backendWord.mostInFlight),
    queued,
    mostQueued: load(words, backendWord.mostQueued),
    requests: total(bins) + inFlight + queued,
    bins,
    bytesIn: at(sums, backendNumber.bytesIn),
    bytesOut: at(sums, backendNumber.bytesOut),
    statusClasses: classesOf(sums, backendNumber.statuses),
    retries: at(sums, backendNumber.retries),
    redispatches: at(sums, backendNumber.redispatches),
    connectErrors: at(sums, backendNumber.connectErrors),
    responseErrors: at(sums, backendNumber.responseErrors),
    times: timesOf(pools.backends.numbersOf(view.record)),
    load: { demand: demandOf(words), capacity: capacityOf(primaries) },
    backupsActive: backups.active,
    backupsWanted: backups.wanted,
    sorry: control.isSorry,
    servers: servers.map((server) => serverStats(server, settings.check, pools.servers, nowMs)),
  };
}

function serverStats(
  control: ControlledServer,
  check: { rise: number; fall: number } | undefined,
  pool: RecordPool,
  nowMs: number,
): ServerStats {
  const { cell, server, lastCheck, health } = control;
  const sums = pool.sumsOf(cell.slot);
  const maxconn = cell.maxconn();
  return {
    id: server.id,
    name: server.name,
    address: server.address,
    port: server.port,
    node: server.node,
    role: server.role,
    state: server.state,
    health: check ? (control.isUp() ? 'up' : 'down') : 'unchecked',
    checkProgress: check && { count: health.progress, of: health.up === 1 ? check.fall : check.rise },
    checkStatus: lastCheck?.status,
    checkCode: lastCheck?.code,
    checkMs: lastCheck?.tookMs,
    ejected: control.isEjected(),
    active: cell.isOpen && cell.isUsable(),
    weight: cell.weight,
    inFlight: cell.inFlight(),
    mostInFlight: load(cell.words, serverWord.mostInFlight),
    maxconn: maxconn === unlimited ? undefined : maxconn,
    queued: load(cell.words, listWord.length),
    requests: at(sums, serverNumber.requests),
    bytesIn: at(sums, serverNumber.bytesIn),
    bytesOut: at(sums, serverNumber.bytesOut),
    statusClasses: classesOf(sums, serverNumber.statuses),
    connectErrors: at(sums, serverNumber.connectErrors),
    responseErrors: at(sums, serverNumber.responseErrors),
    retries: at(sums, serverNumber.retries),
    redispatches: at(sums, serverNumber.redispatches),
    aborted: at(sums, serverNumber.aborted),
    checksFailed: control.checksFailed,
    timesDown: control.timesDown,
    changedAt: control.changedAt,
    downMs: control.downMs(nowMs),
  };
}

/** Each worker's means, by how many requests they are of. */
function timesOf(workers: readonly Float64Array[]): BackendStats['times'] {
  const weights = workers.map((numbers) => Math.min(timeSamples, at(numbers, backendNumber.samples)));
  const samples = weights.reduce((sum, weight) => sum + weight, 0);
  if (samples === 0) return undefined;
  const mean = (index: number) => {
    const sums = workers.map(
      (numbers, n) => at(numbers, backendNumber.times + index) * (weights[n] as number),
    );
    return sums.reduce((sum, value) => sum + value, 0) / samples;
  };
  return { queueMs: mean(0), connectMs: mean(1), responseMs: mean(2), totalMs: mean(3) };
}

function binsOf(sums: Float64Array, from: number): Bins {
  return Object.fromEntries(outcomes.map((outcome, index) => [outcome, at(sums, from + index)])) as Record<
    keyof Bins,
    number
  >;
}

function classesOf(sums: Float64Array, from: number): number[] {
  return Array.from({ length: 6 }, (_, index) => at(sums, from + index));
}

function total(bins: Bins): number {
  return outcomes.reduce((sum, outcome) => sum + bins[outcome], 0);
}

function load(words: Int32Array, word: number): number {
  return Atomics.load(words, word);
}

function at(numbers: Float64Array, index: number): number {
  return numbers[index] as number;
}
