// What a balancer, its engine process and that one's worker threads say to each other. Plain data; what has to be quick is in shared memory.

import type { EngineEvent, EngineStats, Problem } from '../engine.ts';
import type { AccessLog, Certificate, Frontend, SharedSecrets } from '../model.ts';
import type { ModelChange } from './model-change.ts';
import type { WorkerInit, WorkerPlan } from './state/worker-plan.ts';

/** The balancer to the engine process. Changes are of the model told before, the first of emptyModel. With `port` (a bindKey) comes the bound port; each worker gets a descriptor of its own. */
export type EngineOrder =
  | { readonly apply: number; readonly change: ModelChange }
  | { readonly port: string; readonly worker: number }
  | { readonly report: number }
  | { readonly drain: true };

/** The engine process to the balancer. `inFlight` comes at least once a second: silence means that the process hangs. */
export type EngineReply =
  | { readonly applied: number; readonly problems: readonly Problem[] }
  | { readonly reported: number; readonly stats: TrafficStats }
  | { readonly event: EngineEvent }
  | PortRefused
  | { readonly inFlight: number };

export type TrafficStats = Pick<EngineStats, 'frontends' | 'backends'>;

/** The main thread of the engine process to a worker. */
export type WorkerOrder =
  | WorkerBeginning
  | WorkerUpdate
  | { readonly port: string; readonly fd: number }
  | { readonly drain: true };

/** `entrance`: undefined is as before. */
export interface WorkerUpdate {
  readonly apply: number;
  readonly plan: WorkerPlan;
  readonly entrance?: Entrance;
}

/** The first, and once. */
export interface WorkerBeginning {
  readonly apply: number;
  readonly init: WorkerInit;
  /** See connection-slots.ts. */
  readonly connections: SharedArrayBuffer;
  /** See accept-balance.ts. */
  readonly balance: SharedArrayBuffer;
  /** See pulse.ts. */
  readonly pulse: SharedArrayBuffer;
  readonly entrance: Entrance;
}

export type WorkerReply =
  | { readonly applied: number; readonly problems: readonly Problem[] }
  | PortRefused
  | { readonly drained: true };

/** Nobody can listen on it: somebody else does. Its code is the system's. Comes before the answer to the order that needed it. */
export interface PortRefused {
  readonly refusedPort: string;
  readonly code: string;
}

/** What a worker has to know of a model besides the shared state: how users come in. Sent when something of it differs. */
export interface Entrance {
  readonly frontends: readonly Frontend[];
  readonly certificates: readonly Certificate[];
  readonly secrets: SharedSecrets;
  readonly accessLog?: AccessLog;
  /** The slots of frontends with a limit of connections, by their names. */
  readonly slots: Readonly<Record<string, number>>;
}

/** At most so long the engine tells nothing of what is in flight: what is unknown after its death is as old. */
export const inFlightEveryMs = 100;
/** From the moment that the engine is closed: what is still connected then is cut. */
export const drainMs = 5_000;
