// Writes to the API, one at a time for each key: of those that wait only the newest is carried out, and one that fails is tried again with
// longer and longer pauses until a newer one takes its place. What is written is how things are, so nothing is lost by that.

import { Backoff, type Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { sleep } from '../../base/sleep.ts';
import { isStatusError } from '../../client/response-error.ts';

/** The signal is aborted when the writes end. */
export type Write = (signal: AbortSignal) => Promise<unknown>;

export interface KeyedWritesOptions {
  clock: Clock;
  logger: Logger;
  random: Random;
}

const pause = { initialMs: 100, maxMs: 10_000, jitter: 0.5 };

export class KeyedWrites {
  readonly #options: KeyedWritesOptions;
  readonly #waiting = new Map<string, Write>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: KeyedWritesOptions) {
    this.#options = options;
  }

  /** No effect after close(). An object that is gone is no failure. */
  put(key: string, write: Write): void {
    if (this.#closing.signal.aborted) return;
    this.#waiting.set(key, write);
    if (this.#running.has(key)) return;
    this.#running.set(key, this.#run(key));
  }

  /** Gives up what waits. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  async #run(key: string): Promise<void> {
    // put() has to know of this run before it may end.
    await Promise.resolve();
    const { signal } = this.#closing;
    const backoff = new Backoff(pause, this.#options.random);
    for (let write = this.#take(key); write && !signal.aborted; write = this.#take(key)) {
      try {
        await write(signal);
        backoff.reset();
      } catch (error) {
        if (signal.aborted || isStatusError(error, 404)) continue;
        this.#options.logger.warn('cannot write to the API, trying again', { what: key, error });
        if (!this.#waiting.has(key)) this.#waiting.set(key, write);
        await sleep(this.#options.clock, backoff.next(), signal);
      }
    }
    // In the same turn as the last look: what is put later starts anew.
    this.#running.delete(key);
  }

  #take(key: string): Write | undefined {
    const write = this.#waiting.get(key);
    this.#waiting.delete(key);
    return write;
  }
}
