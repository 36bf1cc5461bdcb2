// What a number of latencies amounts to: exact percentiles of all of them, and the median over several turns.

/** Latencies in milliseconds. */
export interface Sample {
  readonly count: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * The smallest value that at least `fraction` (0 to 1) of all values do not exceed: nearest rank, nothing is interpolated.
 * `sorted` is ascending and not empty.
 */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  const rank = Math.max(1, Math.ceil(sorted.length * fraction));
  return sorted[rank - 1] as number;
}

/** Sorts `latenciesMs`, which must not be empty. `elapsedMs` is how long all of them took together. */
export function summarize(latenciesMs: Float64Array, elapsedMs: number): Sample {
  if (latenciesMs.length === 0) throw new RangeError('there is nothing to summarize');
  const sorted = latenciesMs.sort();
  return {
    count: sorted.length,
    perSecond: (sorted.length / elapsedMs) * 1000,
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
}

/** Of an even number, the mean of the two in the middle. Throws a RangeError for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Field by field: one disturbed turn moves none of them. */
export function medianSample(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => median(samples.map((sample) => sample[field]));
  return {
    count: of('count'),
    perSecond: of('perSecond'),
    p50: of('p50'),
    p90: of('p90'),
    p99: of('p99'),
    max: of('max'),
  };
}
