// Where changes come quicker than they are carried out, traffic shall not feel it: they wait for each other, and are carried out together.

import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';

/** So many times as long as a change took the next one waits, with all that come meanwhile: at most a twentieth of the time goes into them. */
const restShare = 20;

export class ChangePace {
  readonly #clock: Clock;
  readonly #longestRestMs: number;
  /** On the monotonic clock. */
  #restUntil = 0;

  /** Nobody waits longer than `longestRestMs` for the one before. */
  constructor(clock: Clock, longestRestMs: number) {
    this.#clock = clock;
    this.#longestRestMs = longestRestMs;
  }

  /** Resolves when the next change may begin: the first waits for nobody. At once when the signal is aborted. */
  async rest(signal?: AbortSignal): Promise<void> {
    const restMs = this.#restUntil - this.#clock.monotonic();
    if (restMs > 0) await sleep(this.#clock, restMs, signal);
  }

  /** Carries a change out and sees how long it takes, also when it fails. */
  async carryOut<T>(change: () => Promise<T>): Promise<T> {
    const began = this.#clock.monotonic();
    try {
      return await change();
    } finally {
      const now = this.#clock.monotonic();
      this.#restUntil = now + Math.min(this.#longestRestMs, (now - began) * restShare);
    }
  }
}
