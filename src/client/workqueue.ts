// Keys waiting to be worked on. A key waits once however often it is added, two workers never hold the same one, and one that is
// added while it is worked on comes again afterwards (the contract of client-go's workqueue).

import { type BackoffOptions, backoffDelay, type Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';

export interface WorkQueueOptions {
  clock: Clock;
  random: Random;
  /** Of addRateLimited(). Default: 5 ms, doubling up to 60 s, a tenth of it jitter. */
  retry?: BackoffOptions;
}

interface Delayed {
  at: number;
  cancel: () => void;
}

/** Longer ones fire at once in Node. */
const longestTimerMs = 2 ** 31 - 1;
const defaultRetry: BackoffOptions = { initialMs: 5, maxMs: 60_000, jitter: 0.1 };

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  /** Waiting keys in order; those before #head are handed out. */
  #order: string[] = [];
  #head = 0;
  /** Waiting, or to come again after processing. */
  readonly #dirty = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #drained = Promise.withResolvers<void>();
  #shutDown = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** How many keys wait (delayed and processed ones not counted). */
  get length(): number {
    return this.#order.length - this.#head;
  }

  /** No effect after shutDown(). */
  add(key: string): void {
    if (this.#shutDown || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#offer(key);
  }

  /** Of several delayed adds of one key the earliest counts; no delay is longer than 24 days. */
  addAfter(key: string, delayMs: number): void {
    if (this.#shutDown) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const at = this.#options.clock.monotonic() + delayMs;
    const known = this.#delayed.get(key);
    if (known && known.at <= at) return;
    known?.cancel();
    const cancel = this.#options.clock.after(Math.min(delayMs, longestTimerMs), () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  /** After a failure: the wait grows with each until forget(). */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const { retry = defaultRetry, random } = this.#options;
    this.addAfter(key, backoffDelay(retry, failures, random));
  }

  /** How often the key failed since forget(). */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** After a success. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, to be given back with done(); undefined once the queue is shut down and empty. */
  take(): Promise<string | undefined> {
    const key = this.#order[this.#head];
    if (key !== undefined) {
      this.#advance();
      return Promise.resolve(this.#begin(key));
    }
    if (this.#shutDown) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** The worker is through with the key. */
  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key)) this.#offer(key);
    this.#settle();
  }

  /** Takes nothing more, drops what is delayed, hands out what waits; resolves when all of it is done. Idempotent. */
  shutDown(): Promise<void> {
    this.#shutDown = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
    this.#settle();
    return this.#drained.promise;
  }

  #offer(key: string): void {
    const taker = this.#takers.shift();
    if (taker) taker(this.#begin(key));
    else this.#order.push(key);
  }

  #begin(key: string): string {
    this.#dirty.delete(key);
    this.#processing.add(key);
    return key;
  }

  /** An array with a moving head: taking from the front of a long one stays cheap. */
  #advance(): void {
    this.#head++;
    if (this.#head < 1024 && this.#head < this.#order.length) return;
    this.#order = this.#order.slice(this.#head);
    this.#head = 0;
  }

  #settle(): void {
    if (this.#shutDown && this.length === 0 && this.#processing.size === 0) this.#drained.resolve();
  }
}
