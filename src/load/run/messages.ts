// What runner and workers tell each other, as plain data.

import type { Plan } from '../plan/plan.ts';
import type { TreeLimits } from '../results/results-tree.ts';
import type { WorkerState } from '../results/second-builder.ts';
import type { SecondPart } from '../results/worker-recorder.ts';
import type { Sample } from '../sample.ts';
import type { SharedAnswer, SharedQuestion } from './remote-shared.ts';

export type StopHow = 'gracefully' | 'now';

export interface WorkerConfig {
  /** Templates of variables and of data files' names have been evaluated. */
  readonly plan: Plan;
  /** From 0. */
  readonly worker: number;
  readonly workers: number;
  readonly runId: string;
  /** machineTime() at which second 0 begins. */
  readonly startedAt: number;
  /** Makes wall-clock time of machineTime(). */
  readonly clockOffsetMs: number;
  /** Gets the worker's part of results.jtl. */
  readonly folder?: string;
  readonly tellSamples: boolean;
  readonly treeLimits: TreeLimits;
  /** The same for all workers: arrivals are drawn from it. */
  readonly seed: number;
}

export type ToWorker =
  | { readonly type: 'configure'; readonly config: WorkerConfig }
  /** Groups by their index in the plan. */
  | {
      readonly type: 'begin';
      readonly phase: number;
      readonly groups: readonly number[];
      readonly startAt: number;
    }
  | { readonly type: 'stop'; readonly how: StopHow }
  | { readonly type: 'answers'; readonly answers: readonly SharedAnswer[] }
  /** Users under way in the other workers, by group. */
  | { readonly type: 'others'; readonly users: Readonly<Record<string, number>> }
  | { readonly type: 'finish' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'phase-over'; readonly phase: number }
  | {
      readonly type: 'second';
      readonly part: SecondPart & WorkerState;
      readonly usersByGroup: Readonly<Record<string, number>>;
    }
  | { readonly type: 'samples'; readonly samples: readonly Sample[]; readonly inFlight: number }
  /** One for the results tree. */
  | { readonly type: 'kept'; readonly sample: Sample }
  | { readonly type: 'questions'; readonly questions: readonly SharedQuestion[] }
  | { readonly type: 'stop-run'; readonly how: StopHow }
  /** It cannot go on. */
  | { readonly type: 'broken'; readonly message: string }
  | { readonly type: 'finished'; readonly failuresNotKept: number };
