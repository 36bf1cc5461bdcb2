// Waits for the steady state: all limits have held for as long as they have to, or the time for that is over.

import type { Clock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import type { SteadyState } from '../scenario/scenario.ts';
import { type RecentSamples, toldWithinMs } from './recent-samples.ts';
import { limitNotKept } from './steady-limits.ts';

export interface SteadyWait {
  readonly steady: SteadyState;
  readonly samples: RecentSamples;
  /** machineTime() of the first request. */
  readonly from: number;
  /** What else must not be so, in a few words; undefined: nothing. */
  readonly alsoMissing: () => string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told at every look what does not hold; undefined: nothing but the time. */
  readonly onWait: (waitsFor: string | undefined) => void;
}

const lookMs = 200;

/** Resolves with undefined once it is steady, with the reason when that did not happen in time, or the signal was aborted. */
export async function steadyOrWhyNot(wait: SteadyWait): Promise<string | undefined> {
  const { steady, samples, from, clock, signal, onWait } = wait;
  let last: string | undefined = 'no request has been answered yet';
  while (!signal.aborted) {
    const to = machineTime() - toldWithinMs;
    const since = Math.max(from, to - steady.forMs);
    last = limitNotKept(steady.limits, samples.window(since, to)) ?? wait.alsoMissing();
    if (last === undefined && to - from >= steady.forMs) return undefined;
    onWait(last);
    if (to - from > steady.withinMs) break;
    await sleep(clock, lookMs, signal);
  }
  const why = last ?? `the limits have not held for ${steady.forMs / 1_000} s yet`;
  return `the steady state was not reached within ${steady.withinMs / 1_000} s: ${why}`;
}
