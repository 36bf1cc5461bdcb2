// Asks something of a server again and again: at equal distances from start to start, one at a time, and spread over time among servers.

import type { Clock } from '../../../../base/clock.ts';

export class CheckLoop {
  readonly #clock: Clock;
  readonly #round: () => Promise<void>;
  #interMs: number;
  #nextAt: number;
  #stopTimer = () => {};
  #isRunning = false;
  #isClosed = false;

  /** `spread` is 0 to 1: where in the first interval the first round is. `round` never rejects. */
  constructor(clock: Clock, interMs: number, spread: number, round: () => Promise<void>) {
    this.#clock = clock;
    this.#round = round;
    this.#interMs = interMs;
    this.#nextAt = clock.monotonic() + interMs * spread;
    this.#schedule();
  }

  set interMs(interMs: number) {
    if (interMs === this.#interMs) return;
    this.#nextAt += Math.min(0, interMs - this.#interMs);
    this.#interMs = interMs;
    if (!this.#isRunning) this.#schedule();
  }

  /** Idempotent. A round that is under way ends by itself, unheard. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #schedule(): void {
    this.#stopTimer();
    const left = Math.max(0, this.#nextAt - this.#clock.monotonic());
    this.#stopTimer = this.#clock.after(left, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const began = this.#clock.monotonic();
    await this.#round();
    this.#isRunning = false;
    // After a time in which the process stood still the rounds it missed are not made up for.
    this.#nextAt = began + this.#interMs;
    if (!this.#isClosed) this.#schedule();
  }
}
