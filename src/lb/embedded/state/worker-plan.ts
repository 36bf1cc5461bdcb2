// What the main thread tells worker threads of a model: plain data for a structured clone, and only what differs from the plan before.
// What changes often (states, weights, limits) is not in it at all: it is in the shared memory.

import type { Backend, ServerRole } from '../../model.ts';

/** What a worker begins with; goes into its workerData as it is. */
export interface WorkerInit {
  /** 0 to `workers` - 1; each number once. */
  readonly worker: number;
  readonly workers: number;
  readonly common: CommonMemory;
  /** Everything there is. Each plan made after this init has to reach the worker, in order. */
  readonly plan: WorkerPlan;
}

/** What there is once for all. */
export interface CommonMemory {
  /** One word for each thread that it waits on, and what concerns all: see bells.ts. */
  readonly bells: SharedArrayBuffer;
  /** The requests that wait: see waiting-room.ts. */
  readonly waiting: SharedArrayBuffer;
}

export interface WorkerPlan {
  /** Segments that have come since the last plan. */
  readonly memory: Readonly<Record<TableName, readonly Segment[]>>;
  readonly cookieKey: string;
  /** Those that are new. Their records stay theirs when they go, and wait for their return. */
  readonly frontends: readonly FrontendPlan[];
  readonly backends: readonly BackendPlan[];
  /** Names of backends that are not in the model any more. */
  readonly removed: readonly string[];
}

export type TableName = 'servers' | 'backends' | 'frontends';

/** Memory for a number of records: words that all threads change with Atomics, and numbers that each have one writing worker. */
export interface Segment {
  readonly words: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

export interface FrontendPlan {
  readonly name: string;
  readonly record: number;
}

export interface BackendPlan {
  readonly name: string;
  readonly record: number;
  /** Undefined: as before. Without its servers: `servers` is empty. */
  readonly settings?: Backend;
  /** Where clients' addresses are remembered; undefined: they are not. */
  readonly clients?: SharedArrayBuffer;
  /** Servers that are new, or have another name or role. */
  readonly servers: readonly ServerPlan[];
  /** The slots of all, in the order of the model; who is not in it is gone. Undefined: as before. */
  readonly order?: Uint32Array;
}

export interface ServerPlan {
  readonly slot: number;
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly role: ServerRole;
}
