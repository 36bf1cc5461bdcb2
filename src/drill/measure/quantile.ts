// How long requests took. Pure.

import type { SampleStore } from '../accounting/sample-store.ts';
import type { Measured } from '../verdict/evidence.ts';
import { nothingEnded, samplesIn, unknown, type Window } from './window.ts';

/** Milliseconds from when requests were due, where there is a schedule; failures and sorry pages included. */
export function p99(samples: SampleStore, window: Window): Measured {
  const times = timesOf(samples, samplesIn(samples, window));
  const value = quantileOf(times, 0.99);
  if (value === undefined) return unknown('ms', nothingEnded);
  return { value, unit: 'ms', uncertainty: 0, samples: times.length };
}

/** Sorted. */
export function timesOf(samples: SampleStore, indexes: Iterable<number>): Float64Array {
  return Float64Array.from(indexes, (index) => samples.correctedMs(index)).sort();
}

/** The smallest of which so great a share is not above it (nearest rank); undefined of nothing. */
export function quantileOf(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
