// When iterations of the open model begin. Pure arithmetic: the rate over time is a line of straight pieces, the area below it counts
// arrivals, and the n-th one comes when the area is n (even), or when it is the sum of n + 1 exponential distances (poisson).

import { seededRandom } from '../../../base/seeded-random.ts';
import type { OpenLoad, Stage } from '../../plan/plan.ts';

const secondMs = 1_000;
/** Of an arrival: areas of stages are sums of fractions, and one that falls on the very end of the last stage does not come. */
const rounding = 1e-9;

export interface StripeTerms {
  readonly worker: number;
  readonly workers: number;
  /** The same in all workers: together they have each arrival once. */
  readonly seed: string;
}

/** Milliseconds from the start of the group, in order: the arrivals that are this worker's, which are those whose number falls to it. */
export function* arrivalTimes(
  { stages, arrivals }: Pick<OpenLoad, 'stages' | 'arrivals'>,
  { worker, workers, seed }: StripeTerms,
): Generator<number, void> {
  const line = new RateLine(stages);
  const areas = arrivals === 'even' ? evenAreas(worker, workers) : poissonAreas(worker, workers, seed);
  for (const area of areas) {
    const time = line.timeOf(area);
    if (time === undefined) return;
    yield time;
  }
}

/** How many arrivals are to be expected of all stages. */
export function expectedArrivals(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + areaOf(stage), 0);
}

function* evenAreas(worker: number, workers: number): Generator<number, never> {
  for (let number = worker; ; number += workers) yield number;
}

/** All workers draw the same distances, and take theirs of them. */
function* poissonAreas(worker: number, workers: number, seed: string): Generator<number, never> {
  const random = seededRandom(seed);
  let area = 0;
  for (let number = 0; ; number = (number + 1) % workers) {
    area -= Math.log(1 - random());
    if (number === worker) yield area;
  }
}

/** Asked for areas that grow: it never looks back. */
class RateLine {
  readonly #stages: readonly Stage[];
  #stage = 0;
  #areaBefore = 0;
  #timeBefore = 0;

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  /** Undefined: the stages are over before. */
  timeOf(area: number): number | undefined {
    for (let stage = this.#stages[this.#stage]; stage; stage = this.#stages[++this.#stage]) {
      const inside = areaOf(stage);
      if (area < this.#areaBefore + inside - rounding) {
        return this.#timeBefore + timeWithin(stage, Math.max(0, area - this.#areaBefore));
      }
      this.#areaBefore += inside;
      this.#timeBefore += stage.durationMs;
    }
    return undefined;
  }
}

function areaOf({ fromRate, toRate, durationMs }: Stage): number {
  return ((fromRate + toRate) / 2) * (durationMs / secondMs);
}

/** When the area since the beginning of the stage is `area`: the root of rate × t + slope × t² ÷ 2 = area that is stable for small slopes. */
function timeWithin({ fromRate, toRate, durationMs }: Stage, area: number): number {
  if (area === 0) return 0;
  const slope = ((toRate - fromRate) / durationMs) * secondMs;
  const seconds = (2 * area) / (fromRate + Math.sqrt(Math.max(0, fromRate ** 2 + 2 * slope * area)));
  return Math.min(durationMs, seconds * secondMs);
}
