// Waits for a condition instead of sleeping.

const factor = Number(process.env.TEST_TIMEOUT ?? 1);
/** A pause that takes longer is the machine's, not the tested thing's. */
const stallMs = 100;

/**
 * Resolves with the first value of `probe` that is neither false, null nor undefined; one that throws is asked again.
 * Rejects after `timeoutMs` (default 5 s, times the factor TEST_TIMEOUT) with the last error.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  timeoutMs = 5_000,
): Promise<NonNullable<Exclude<T, false>>> {
  let deadline = performance.now() + timeoutMs * factor;
  for (;;) {
    let failure: unknown = new Error(`not within ${timeoutMs * factor} ms: ${probe}`);
    try {
      const value = await probe();
      if (value !== false && value !== undefined && value !== null) {
        return value as NonNullable<Exclude<T, false>>;
      }
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1));
    // Of a process that stood still the timers are first to run: what has come in meanwhile must be heard before time is up.
    deadline += Math.max(0, performance.now() - before - stallMs);
  }
}
