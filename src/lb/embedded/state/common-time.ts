// A clock that all threads read alike: performance.now() counts from the start of each thread.

/** Milliseconds since some moment before the process; never goes back. */
export function commonMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
