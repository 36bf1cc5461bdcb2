// How long users saw a fault: from its proof to the end of the last bad sample that it caused (DRILLS.md, "Clocks"). Pure.

import type { SampleStore } from '../accounting/sample-store.ts';
import { type Told, told } from '../told.ts';
import type { Measured } from '../verdict/evidence.ts';
import type { BadSamples } from './bad-samples.ts';
import type { MeasuredFault } from './measured-fault.ts';
import { never, noFault, notProven, unknown } from './window.ts';

export interface TrafficRtoOptions {
  readonly samples: SampleStore;
  readonly bad: BadSamples;
  readonly faults: readonly MeasuredFault[];
  /** How many servers shared the traffic before. */
  readonly servers: number;
  /** Of the requests, all servers together, before the first fault. */
  readonly ratePerSecond: number;
  /** What it is compared with; undefined: nothing. */
  readonly limitMs?: number;
}

/** So much good traffic has to follow. */
export const goodForMs = 5_000;
/** Each server is asked so often within the limit, or a short outage would fall between two requests. */
const asksWithinLimit = 10;
/** Bad so shortly before the end is bad at the end. */
const endMs = 1_000;

/** The longest of all faults. */
export function trafficRto(options: TrafficRtoOptions): Measured {
  const { faults } = options;
  if (faults.length === 0) return unknown('ms', noFault);
  const wrong = tooSeldom(options);
  if (wrong !== undefined) return unknown('ms', wrong, options.samples.size);
  const all = new Spans(options).ofFaults();
  const undecided = all.find(({ value, broken }) => value === undefined && !broken);
  return all.find(({ broken }) => broken) ?? undecided ?? longest(all);
}

function longest(all: readonly Measured[]): Measured {
  return all.reduce((worst, one) => (Number(one.value) > Number(worst.value) ? one : worst));
}

function tooSeldom({ servers, ratePerSecond, limitMs }: TrafficRtoOptions): Told | undefined {
  if (limitMs === undefined || limitMs === 0) return undefined;
  const intervalMs = (1_000 * Math.max(1, servers)) / ratePerSecond;
  if (intervalMs <= limitMs / asksWithinLimit) return undefined;
  const needed = Math.ceil((1_000 * asksWithinLimit * Math.max(1, servers)) / limitMs);
  const every = Math.round(intervalMs);
  return told(
    `each server was asked every ${every} ms only: for a limit of ${limitMs} ms ${needed} requests a second are needed`,
    `a cada servidor se le preguntó solo cada ${every} ms: para un límite de ${limitMs} ms hacen falta ${needed} peticiones por segundo`,
  );
}

class Spans {
  readonly #options: TrafficRtoOptions;
  /** machineTime() by fault: the end of the last bad sample that it caused. */
  readonly #lastBad: number[];
  readonly #goodEnds: Float64Array;

  constructor(options: TrafficRtoOptions) {
    const { samples, bad, faults } = options;
    const good: number[] = [];
    this.#options = options;
    this.#lastBad = faults.map(() => Number.NEGATIVE_INFINITY);
    for (let index = 0; index < samples.size; index++) {
      const endedAt = samples.endedAt(index);
      if (samples.outcome(index) === 'inFlight') continue;
      const fault = bad.faultOf(index);
      if (fault >= 0) this.#lastBad[fault] = Math.max(this.#lastBad[fault] as number, endedAt);
      else if (!bad.isBad(index)) good.push(endedAt);
    }
    this.#goodEnds = Float64Array.from(good).sort();
  }

  ofFaults(): Measured[] {
    return this.#options.faults.map((fault, index) => this.#ofFault(fault, this.#lastBad[index] as number));
  }

  #ofFault({ name, proof }: MeasuredFault, lastBad: number): Measured {
    const { samples } = this.#options;
    if (!proof) return unknown('ms', notProven(name), samples.size);
    const good = this.#goodEnds.at(-1) ?? Number.NEGATIVE_INFINITY;
    const after = this.#goodEnds.length - firstAbove(this.#goodEnds, proof.at);
    const since = Math.max(lastBad, proof.at);
    if (lastBad > samples.latest - endMs || (Number.isFinite(lastBad) && good <= lastBad)) {
      return never('ms', stillSeen(name), samples.size);
    }
    if (good - since < goodForMs) {
      const seconds = Math.max(0, (good - since) / 1_000).toFixed(1);
      return unknown('ms', tooSoon(seconds), after);
    }
    const value = Math.max(0, lastBad - proof.at);
    return { value, unit: 'ms', uncertainty: proof.uncertaintyMs, samples: after };
  }
}

function stillSeen(fault: string): Told {
  return told(
    `users still saw ${fault} when the drill ended`,
    `los usuarios aún notaban ${fault} al acabar el simulacro`,
  );
}

function tooSoon(seconds: string): Told {
  return told(
    `only ${seconds} s of good traffic followed, 5 s are needed`,
    `después solo hubo ${seconds} s de buen tráfico, y hacen falta 5 s`,
  );
}

/** Index of the first value above `limit`. */
function firstAbove(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
