// Deletes all objects of a definition that is going away, and those that are still being made. Objects with finalizers are marked and
// waited for.

import type { AnyObject } from '../../api/object.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Decision, Store, Subscription } from '../../store/store.ts';

export interface InstanceCleanupParts {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Where the objects are: `toys.example.com/`. */
  prefix: string;
  /** Called whenever there is none; possibly more than once. */
  onEmpty(): void;
}

/** How long after a refused write (a full disk) it is tried again. */
const retryMs = 1_000;

export class InstanceCleanup {
  readonly #parts: InstanceCleanupParts;
  readonly #subscription: Subscription;
  #cancelRetry = () => {};
  #closed = false;

  /** Begins at once. */
  constructor(parts: InstanceCleanupParts) {
    this.#parts = parts;
    const { store, prefix } = parts;
    this.#subscription = store.watch(prefix, store.revision, () => this.sweep());
    this.sweep();
  }

  /** Deletes what there is, unless it is being deleted already. */
  sweep(): void {
    if (this.#closed) return;
    const { items } = this.#parts.store.list(this.#parts.prefix);
    if (items.length === 0) this.#parts.onEmpty();
    const removals = items
      .filter(({ value }) => value.metadata.deletionTimestamp === undefined)
      .map(({ key }) => this.#remove(key));
    Promise.all(removals).catch((error: unknown) => this.#retry(error));
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancelRetry();
    this.#subscription.close();
  }

  async #remove(key: string): Promise<void> {
    const { store, clock } = this.#parts;
    await store.write(key, (current) =>
      current ? removal(current.value, timestamp(clock.now())) : { op: 'none' },
    );
  }

  #retry(error: unknown): void {
    if (this.#closed) return;
    const { logger, clock, prefix } = this.#parts;
    logger.warn('objects of a deleted definition could not be deleted; trying again', { prefix, error });
    this.#cancelRetry();
    this.#cancelRetry = clock.after(retryMs, () => this.sweep());
  }
}

function removal(current: AnyObject, now: string): Decision {
  if (current.metadata.deletionTimestamp !== undefined) return { op: 'none' };
  const metadata = { ...current.metadata, deletionTimestamp: now, deletionGracePeriodSeconds: 0 };
  if (metadata.generation !== undefined) metadata.generation++;
  const isHeld = (metadata.finalizers?.length ?? 0) > 0;
  return { op: isHeld ? 'put' : 'delete', value: { ...current, metadata } };
}
