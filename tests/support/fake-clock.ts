// A clock for tests: time stands still until it is moved by hand.

import type { Clock } from '../../src/base/clock.ts';

interface Timer {
  at: number;
  order: number;
  fn: () => void;
}

export class FakeClock implements Clock {
  #elapsed = 0;
  #order = 0;
  #epochMs: number;
  readonly #timers = new Set<Timer>();

  /** `epochMs`: what now() says before time is moved. */
  constructor(epochMs = Date.UTC(2030, 0, 1)) {
    this.#epochMs = epochMs;
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#epochMs + this.#elapsed;
  }

  /** Sets what now() says, as an administrator does; neither the monotonic time nor the timers notice. */
  setWall(epochMs: number): void {
    this.#epochMs = epochMs - this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#elapsed + Math.max(0, ms), order: this.#order++, fn };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Moves time on and runs what falls due, in order, including timers that are set on the way. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#elapsed = Math.max(this.#elapsed, timer.at);
      this.#timers.delete(timer);
      timer.fn();
    }
    this.#elapsed = end;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}
