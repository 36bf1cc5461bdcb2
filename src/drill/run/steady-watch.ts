// Waits for the steady state: all limits have held for as long as they have to, or the time for that is over.

import type { Clock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import type { SteadyState } from '../scenario/scenario.ts';
import { headed, type Told, told } from '../told.ts';
import { type RecentSamples, toldWithinMs } from './recent-samples.ts';
import { limitNotKept, nothingYet } from './steady-limits.ts';

export interface SteadyWait {
  readonly steady: SteadyState;
  readonly samples: RecentSamples;
  /** machineTime() of the first request. */
  readonly from: number;
  /** What else must not be so, in a few words; undefined: nothing. */
  readonly alsoMissing: () => Told | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told at every look what does not hold; undefined: nothing but the time. */
  readonly onWait: (waitsFor: Told | undefined) => void;
}

const lookMs = 200;

/** Resolves with undefined once it is steady, with the reason when that did not happen in time, or the signal was aborted. */
export async function steadyOrWhyNot(wait: SteadyWait): Promise<Told | undefined> {
  const { steady, samples, from, clock, signal, onWait } = wait;
  let last: Told | undefined = nothingYet;
  while (!signal.aborted) {
    const to = machineTime() - toldWithinMs;
    const since = Math.max(from, to - steady.forMs);
    last = limitNotKept(steady.limits, samples.window(since, to)) ?? wait.alsoMissing();
    if (last === undefined && to - from >= steady.forMs) return undefined;
    onWait(last);
    if (to - from > steady.withinMs) break;
    await sleep(clock, lookMs, signal);
  }
  return neverSteady(steady, last);
}

function neverSteady({ forMs, withinMs }: SteadyState, last: Told | undefined): Told {
  const [seconds, within] = [forMs / 1_000, withinMs / 1_000];
  const why =
    last ??
    told(
      `the limits have not held for ${seconds} s yet`,
      `los límites aún no se habían cumplido durante ${seconds} s`,
    );
  const what = told(
    `the steady state was not reached within ${within} s`,
    `el estado estable no se alcanzó en ${within} s`,
  );
  return headed(what, why);
}
