// A store whose disk is moved by hand: what is written stays accepted until the test lets it become durable or fail.

import type { Log } from '../../src/store/log.ts';
import { LoggedStore } from '../../src/store/logged-store.ts';
import { nothingLoaded } from '../../src/store/state.ts';
import { StoreFullError } from '../../src/store/store.ts';

class HeldLog implements Log {
  held = false;
  readonly waiting: PromiseWithResolvers<void>[] = [];

  append(): Promise<void> {
    if (!this.held) return Promise.resolve();
    const outcome = Promise.withResolvers<void>();
    this.waiting.push(outcome);
    return outcome.promise;
  }

  async compact(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}
}

export class HeldStore extends LoggedStore {
  readonly #log: HeldLog;

  constructor() {
    const log = new HeldLog();
    super({ log, loaded: nothingLoaded(), soon: queueMicrotask });
    this.#log = log;
  }

  /** From now on nothing becomes durable by itself. */
  hold(): void {
    this.#log.held = true;
  }

  /** How many commits wait: 0 or 1, later ones queue behind it. */
  get waiting(): number {
    return this.#log.waiting.length;
  }

  /** Lets the waiting commit succeed. */
  commit(): void {
    this.#log.waiting.shift()?.resolve();
  }

  /** Lets the waiting commit fail: the disk is full. */
  fail(): void {
    this.#log.waiting.shift()?.reject(new StoreFullError('the disk is full'));
  }

  /** Commits what waits and goes on without holding. */
  release(): void {
    this.#log.held = false;
    this.commit();
  }
}
