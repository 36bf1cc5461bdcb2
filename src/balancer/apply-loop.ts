// Gives an engine one model after the other: changes that come together make one model, and while one is on its way the next waits. A model
// that cannot be applied is tried again.

import type { Clock } from '../base/clock.ts';

export interface ApplyLoopOptions {
  clock: Clock;
  /** A change waits so long for others. */
  batchMs: number;
  /** Makes and applies the model of now. Rejects when that failed. */
  apply(): Promise<void>;
  failed(error: unknown): void;
}

const retryMs = 1_000;

export class ApplyLoop {
  readonly #options: ApplyLoopOptions;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: ApplyLoopOptions) {
    this.#options = options;
  }

  /** Something changed. */
  schedule(): void {
    this.#after(this.#options.batchMs);
  }

  /** Resolves when the model of now was applied, or has failed to be; it is tried again then. */
  async now(): Promise<void> {
    this.#again = true;
    if (!this.#running) this.#running = this.#run();
    await this.#running;
  }

  /** Waits for the model that is on its way. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#running;
  }

  #after(delayMs: number): void {
    if (this.#closed) return;
    this.#cancel ??= this.#options.clock.after(delayMs, () => {
      this.#cancel = undefined;
      void this.now();
    });
  }

  async #run(): Promise<void> {
    // now() has to know of this run before it may end.
    await Promise.resolve();
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#options.apply();
      } catch (error) {
        this.#options.failed(error);
        this.#after(retryMs);
      }
    }
    this.#running = undefined;
  }
}
