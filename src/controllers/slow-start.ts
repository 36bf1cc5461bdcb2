// Many calls of which the first tells whether the others have a chance: batches of 1, 2, 4, … so that a quota or an admission
// that refuses everything is asked once and not five hundred times (the rule of Kubernetes' slowStartBatch).

export interface SlowStartResult {
  succeeded: number;
  /** Calls never made because a batch before them failed. */
  skipped: number;
  /** The first failure. */
  error?: unknown;
}

/** Calls `call` up to `count` times, a batch at a time; after a batch with a failure no other is begun. */
export async function slowStart(count: number, call: () => Promise<unknown>): Promise<SlowStartResult> {
  let remaining = count;
  let succeeded = 0;
  for (let size = Math.min(remaining, 1); size > 0; size = Math.min(2 * size, remaining)) {
    const outcomes = await Promise.allSettled(Array.from({ length: size }, call));
    remaining -= size;
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    succeeded += size - failures.length;
    const [first] = failures;
    if (first) return { succeeded, skipped: remaining, error: first.reason };
  }
  return { succeeded, skipped: 0 };
}
