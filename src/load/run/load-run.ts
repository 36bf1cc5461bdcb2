// A run of a plan as its owner sees it: started, watched second by second, stopped, and its results at the end.

import type { Subscribable } from '../../base/subscribable.ts';
import type { Plan } from '../plan/plan.ts';
import type { LoadResults, RunAbout } from '../results/load-results.ts';
import type { Second } from '../results/second.ts';
import type { Sample } from '../sample.ts';

export interface LoadRunOptions {
  readonly plan: Plan;
  /** Worker processes; undefined: one, or as many as the machine has cores where the plan asks for much. */
  readonly workers?: number;
  /** Empty or missing folder that gets results.jtl and the like; undefined: nothing is written. */
  readonly folder?: string;
  /** Begins every load id; undefined: a random one of 8 characters of [a-z0-9]. */
  readonly runId?: string;
  /** Whether `samples` tells anything: it costs the generator. */
  readonly tellSamples?: boolean;
  /** How many good samples of each label the results tree keeps, beside all failures (at most `keepFailures`). */
  readonly keepGood?: number;
  readonly keepFailures?: number;
  /** What is taken for the generator's own limit: DRILLS.md "generator saturated". Undefined: 5 ms. */
  readonly sendLagLimitMs?: number;
  /** Handed on to the results. Undefined: nothing is said of it. */
  readonly about?: RunAbout;
}

/** startLoadRun(options) in start-load-run.ts makes one: it rejects, before anything is sent, when the plan cannot be run. */
export interface LoadRun {
  readonly runId: string;
  /** machineTime() of the start. */
  readonly startedAt: number;
  /** Once for each second of the run, in order, about a second after it has passed. */
  readonly seconds: Subscribable<Second>;
  /** In order of their ends within a worker; batches some 100 ms late at most. */
  readonly samples: Subscribable<readonly Sample[]>;
  /** How many requests have been sent and are not answered, by the last word of the workers. */
  readonly inFlight: number;
  /** Resolves when all is over and everything is written, also after stop(). Rejects only when the run broke (a full disk). */
  readonly finished: Promise<LoadResults>;
  /** `gracefully`: requests in flight end first. `now`: they are cut and count as failed by the stop, apart. Idempotent. */
  stop(how: 'gracefully' | 'now'): void;
}
