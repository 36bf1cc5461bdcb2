// How long to wait before the next try: exponentially longer up to a ceiling, with jitter so that many do not try as one.

/** Returns a number in [0, 1), as Math.random() does. */
export type Random = () => number;

export interface BackoffOptions {
  /** The first delay, in milliseconds. */
  initialMs: number;
  /** No delay is longer, jitter included. */
  maxMs: number;
  /** Each delay is so many times the one before. Default 2. */
  factor?: number;
  /** The share of a delay that is random, 0 to 1: a delay d becomes one of [d·(1-jitter), d]. Default 0. */
  jitter?: number;
}

/** The delay before try `attempt` + 1, where `attempt` (from 0) have failed before the last one. */
export function backoffDelay(options: BackoffOptions, attempt: number, random: Random): number {
  const { initialMs, maxMs, factor = 2, jitter = 0 } = options;
  const delay = Math.min(maxMs, initialMs * factor ** attempt);
  return delay * (1 - jitter * random());
}

/** Counts its own attempts. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #attempt = 0;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** The delay before the next try, in milliseconds; each call counts as a failure. */
  next(): number {
    return backoffDelay(this.#options, this.#attempt++, this.#random);
  }

  /** After a success: the next delay is the first again. */
  reset(): void {
    this.#attempt = 0;
  }
}
