// One clock for all processes of the machine: what one of them measured, another can compare.

/** Milliseconds of the system's monotonic clock (CLOCK_MONOTONIC on Linux), with fractions: the same in every process. Never goes back. */
export function machineTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
