// What lies where in the shared memory. Words are Int32 that every thread changes, with Atomics only or under the lock of the backend where
// it says so. Reals are written under that lock. Numbers belong to one worker each, which alone writes them: readers add them up.

import type { TableName } from './worker-plan.ts';

export interface RecordShape {
  readonly words: number;
  /** 64-bit, behind the words. */
  readonly reals: number;
  /** 64-bit, for each worker. */
  readonly numbers: number;
}

/** Words and reals of a server fill two cache lines: threads that are busy with different servers do not slow each other down. */
export const shapes: Readonly<Record<TableName, RecordShape>> = {
  servers: { words: 16, reals: 8, numbers: 16 },
  backends: { words: 32, reals: 0, numbers: 24 },
  frontends: { words: 16, reals: 0, numbers: 24 },
};

/** Of a queue, at the same places in servers and backends; under the lock of the backend. Entries: see waiting-room.ts. */
export const listWord = { head: 0, tail: 1, length: 2 } as const;

export const serverWord = {
  ...listWord,
  /** Requests that have a slot. Exact: nobody goes beyond the limit, not even for a moment. */
  inFlight: 3,
  mostInFlight: 4,
  /** `unlimited` for none. */
  limit: 5,
  /** See serverFlag. */
  flags: 6,
  /** Of the moment, in sixteenths. */
  weight: 7,
  /** 1 while the one request that tries an ejected server is out. */
  trial: 8,
  /** How often it was told lost, times four, plus why: see worker-state.ts. */
  lost: 9,
  /** Failures in a row; 0 without looking further says that nothing is wrong. Under the lock where it is not 0. */
  failures: 10,
} as const;

/** HealthState of ejection.ts, but for `onTrial`: see server-health.ts. Under the lock. */
export const serverReal = {
  up: 0,
  progress: 1,
  failures: 2,
  ejected: 3,
  ejectedUntil: 4,
  goodChecks: 5,
} as const;

export const backendWord = {
  ...listWord,
  /** See mutex.ts. */
  lock: 3,
  /** Grows after each change of flags, weights or servers: what was derived of them is derived anew. */
  epoch: 4,
  /** 1 while the sorry page is shown on purpose. */
  maintenance: 5,
  turn: 6,
  inFlight: 7,
  mostInFlight: 8,
  /** Those in its own list and its servers' lists, and those that are about to join one of them. */
  queued: 9,
  mostQueued: 10,
  /** The last ticket that was given out; under the lock. */
  ticket: 11,
  /** Not 0: the main thread shall look at its servers. */
  attention: 12,
  /** Grows when one of its servers is told lost. */
  lost: 13,
} as const;

export const frontendWord = { connections: 0, mostConnections: 1 } as const;

export const unlimited = 0x7fff_ffff;

/** Weights are kept in sixteenths, as HAProxy does. */
export const weightScale = 16;

export const serverFlag = {
  /** Its own users may go to it. */
  admits: 1,
  /** Anyone may, as far as the model is concerned. */
  serves: 2,
  /** A primary, or a backup that was called in. */
  called: 4,
  /** By its checks or its agent. */
  down: 8,
  /** By its traffic. */
  ejected: 16,
  /** Ejected, and one request may try it. */
  trial: 32,
  /** Ejected for answers 5xx. */
  for5xx: 64,
  /** Somebody met silence; the main thread shall find out. */
  doubted: 128,
} as const;

export const serverNumber = {
  requests: 0,
  bytesIn: 1,
  bytesOut: 2,
  /** Six, by the first digit. */
  statuses: 3,
  connectErrors: 9,
  responseErrors: 10,
  retries: 11,
  redispatches: 12,
  aborted: 13,
  /** How often it was heard of. */
  heard: 14,
  /** 1 as long as the worker may still use the record. */
  holds: 15,
} as const;

export const backendNumber = {
  /** Six, in the order of `outcomes`. */
  bins: 0,
  /** Six. */
  statuses: 6,
  bytesIn: 12,
  bytesOut: 13,
  retries: 14,
  redispatches: 15,
  connectErrors: 16,
  responseErrors: 17,
  /** Four sliding means: queue, connect, response, total. */
  times: 18,
  samples: 22,
  holds: 23,
} as const;

export const frontendNumber = {
  bins: 0,
  statuses: 6,
  bytesIn: 12,
  bytesOut: 13,
  requests: 14,
  connections: 15,
} as const;
