// Runs a repair now and after every change of what it watches, one at a time. Repairs change what they watch themselves: while they find
// something to do they come slower and slower, so that two that never agree cost a write a second and no more.

import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Store, Subscription } from '../../store/store.ts';

export interface RepairLoopOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** For the log. */
  name: string;
  /** Prefixes in the store. */
  prefixes: readonly string[];
  /** Which keys under the prefixes matter. Default: all. */
  concerns?(key: string): boolean;
  /** Puts right what is wrong; resolves to true when it changed something. When it rejects it is tried again. */
  repair(): Promise<boolean>;
}

const pace = { initialMs: 1, maxMs: 1_000 };

export class RepairLoop {
  readonly #options: RepairLoopOptions;
  readonly #backoff = new Backoff(pace, () => 0);
  #subscriptions: Subscription[] = [];
  #running: Promise<void> | undefined;
  #again = false;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: RepairLoopOptions) {
    this.#options = options;
  }

  /** Called once. */
  start(): void {
    const { store, prefixes } = this.#options;
    this.#subscriptions = prefixes.map((prefix) =>
      store.watch(prefix, store.revision, (events) => {
        if (events.some(({ key }) => this.#concerns(key))) this.#trigger();
      }),
    );
    this.#trigger();
  }

  /** Idempotent; waits for a repair that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.close();
    this.#cancelTimer?.();
    await this.#running;
  }

  #concerns(key: string): boolean {
    return this.#options.concerns?.(key) ?? true;
  }

  #trigger(): void {
    if (this.#closed || this.#cancelTimer) return;
    if (this.#running) this.#again = true;
    else this.#running = this.#run();
  }

  async #run(): Promise<void> {
    this.#again = false;
    try {
      const changed = await this.#options.repair();
      if (!changed) this.#backoff.reset();
    } catch (error) {
      this.#options.logger.warn(`${this.#options.name} failed and is tried again`, { error });
      this.#again = true;
    }
    this.#running = undefined;
    if (this.#again && !this.#closed) this.#triggerLater();
  }

  #triggerLater(): void {
    this.#cancelTimer = this.#options.clock.after(this.#backoff.next(), () => {
      this.#cancelTimer = undefined;
      this.#trigger();
    });
  }
}
