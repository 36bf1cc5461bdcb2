// Spreads connections over the workers. All of them accept from the same socket, and in a burst whoever is awake takes everything: of 64
// connections 63 went to one of two workers. Node cannot stop accepting for a while, so a worker that is ahead sleeps for a moment instead.

import type { Socket } from 'node:net';

/** So many more than the one with the fewest is no burst yet; with many connections an eighth of them. */
const slack = 4;
/** Enough for another thread to wake up and accept; longer than that is waited for in vain. */
const napMs = 0.2;
const mostNaps = 5;
/** What a worker may sleep: at most this share of the time, and so much at once. It keeps its other users waiting meanwhile. */
const sleepShare = 0.1;
const mostSleepMs = 20;

/** One count of open connections for each worker, and a word that nobody ever wakes. */
export function newBalanceMemory(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer((workers + 1) * Int32Array.BYTES_PER_ELEMENT);
}

export interface BalanceTime {
  /** Milliseconds that never go back. */
  now(): number;
  /** Holds up the thread. `words` at `place` is 0 for ever. */
  nap(words: Int32Array, place: number, ms: number): void;
}

const realTime: BalanceTime = {
  now: () => performance.now(),
  nap: (words, place, ms) => void Atomics.wait(words, place, 0, ms),
};

export class AcceptBalance {
  readonly #time: BalanceTime;
  readonly #counts: Int32Array;
  readonly #worker: number;
  readonly #workers: number;
  readonly #leave = () => void Atomics.sub(this.#counts, this.#worker, 1);
  #budgetMs = mostSleepMs;
  #budgetAt: number;

  constructor(memory: SharedArrayBuffer, worker: number, time = realTime) {
    this.#time = time;
    this.#budgetAt = time.now();
    this.#counts = new Int32Array(memory);
    this.#worker = worker;
    this.#workers = this.#counts.length - 1;
  }

  /** Counts a connection of this worker until it closes, and lets others go first when it has too many of them. */
  accepted(socket: Socket): void {
    Atomics.add(this.#counts, this.#worker, 1);
    socket.once('close', this.#leave);
    if (this.#isAhead()) this.#letOthersGoFirst();
  }

  #isAhead(): boolean {
    let fewest = Number.POSITIVE_INFINITY;
    for (let worker = 0; worker < this.#workers; worker++)
      fewest = Math.min(fewest, Atomics.load(this.#counts, worker));
    return Atomics.load(this.#counts, this.#worker) > fewest + slack + fewest / 8;
  }

  #letOthersGoFirst(): void {
    const startedAt = this.#time.now();
    const earned = (startedAt - this.#budgetAt) * sleepShare;
    this.#budgetMs = Math.min(mostSleepMs, this.#budgetMs + earned);
    for (let naps = 0; naps < mostNaps && this.#budgetMs > napMs && this.#isAhead(); naps++) {
      this.#time.nap(this.#counts, this.#workers, napMs);
      this.#budgetMs -= napMs;
    }
    this.#budgetAt = this.#time.now();
  }
}
