// How often a new process may be started: a few at once, but one every five seconds in the long run. Each leaves one behind that lives as
// long as its longest connection.

import type { Clock } from '../../base/clock.ts';

const everyMs = 5_000;
const atOnce = 6;

export class ReloadBudget {
  readonly #clock: Clock;
  #left = atOnce;
  #countedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#countedAt = clock.monotonic();
  }

  /** 0: now. Otherwise how long to wait, in milliseconds. */
  waitMs(): number {
    this.#earn();
    return this.#left >= 1 ? 0 : Math.ceil((1 - this.#left) * everyMs);
  }

  /** One was started. */
  spend(): void {
    this.#earn();
    this.#left--;
  }

  #earn(): void {
    const now = this.#clock.monotonic();
    this.#left = Math.min(atOnce, this.#left + (now - this.#countedAt) / everyMs);
    this.#countedAt = now;
  }
}
