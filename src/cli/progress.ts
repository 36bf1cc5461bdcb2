// Shows that something is going on when it takes over a second, on a terminal only: logs and scripts stay clean.

export interface ProgressOptions {
  /** Default: standard error. */
  stream?: { isTTY?: boolean; write(text: string): unknown };
  /** Milliseconds before anything is shown, and between two changes. Default 1000. */
  intervalMs?: number;
}

/**
 * Waits for the work with `text` and the seconds so far in the last line, which is wiped at the end. Fails as the work does. Keeps the
 * process alive, which the work's own timers do not.
 */
export async function withProgress<T>(
  text: string,
  work: Promise<T>,
  options: ProgressOptions = {},
): Promise<T> {
  const stream = options.stream ?? process.stderr;
  const start = performance.now();
  const timer = setInterval(() => {
    if (!stream.isTTY) return;
    const seconds = Math.round((performance.now() - start) / 1000);
    stream.write(`\r\x1b[K${text} ${seconds} s`);
  }, options.intervalMs ?? 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (stream.isTTY) stream.write('\r\x1b[K');
  }
}
