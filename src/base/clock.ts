// Time as an injected thing: production uses the system's, tests a fake that they move by hand.

export interface Clock {
  /** Wall-clock milliseconds since the epoch. May jump; for timestamps that people read. */
  now(): number;
  /** Milliseconds that never go back; for durations and time-outs. */
  monotonic(): number;
  /** Runs `fn` once after `ms`; the returned function cancels it and may be called twice. Timers keep no process alive. */
  after(ms: number, fn: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
