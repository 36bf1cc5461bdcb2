// Which object has which exclusive value (an address, a port), without looking through all objects at every write.
//
// A store's reads show the durable state only, and many writes are decided before the first of them is durable. So a value
// has holders of two sorts: objects that have it in the durable state, followed by a watch, and reservations of writes
// that were admitted and whose outcome is not known yet. An admitted write reserves everything its object holds, also what the object
// held before: an earlier write under way may just be giving that up. A reservation ends when the write is durable (the watch
// has counted it by then) or has failed. What a write gives up stays taken until that is durable.
// Holders are keys, not writes: an object is never in its own way.

import type { AnyObject } from '../../api/object.ts';
import type { Store, StoreEvent, Subscription } from '../../store/store.ts';
import { settled } from './settled.ts';

/** The values an object holds, each once. */
export type ClaimsOf = (object: AnyObject) => Iterable<string>;

export class Claims {
  readonly #store: Store;
  readonly #claimsOf: ClaimsOf;
  /** By value: how often each key holds it. */
  readonly #holders = new Map<string, Map<string, number>>();
  readonly #subscription: Subscription;

  /** Complete when it returns. `prefix` is that of the kind in the store: `services/`. */
  constructor(store: Store, prefix: string, claimsOf: ClaimsOf) {
    this.#store = store;
    this.#claimsOf = claimsOf;
    const { items, revision } = store.list(prefix);
    for (const item of items) this.#add(item.key, claimsOf(item.value));
    this.#subscription = store.watch(prefix, revision, (events) => {
      for (const event of events) this.#follow(event);
    });
  }

  /** True when an object other than the one with this key has the value, or is about to. */
  isTaken(value: string, key: string): boolean {
    const holders = this.#holders.get(value);
    if (!holders) return false;
    return holders.size > 1 || !holders.has(key);
  }

  /** Called during admission of a write that is going to store `object` under `key`. */
  reserve(key: string, object: AnyObject): void {
    const values = [...this.#claimsOf(object)];
    if (values.length === 0) return;
    this.#add(key, values);
    void settled(this.#store, key).then(() => this.#remove(key, values));
  }

  /** Idempotent. */
  close(): void {
    this.#subscription.close();
  }

  #follow({ type, key, object, previous }: StoreEvent): void {
    // First what is added: a value that stays is never free in between.
    if (type === 'put') this.#add(key, this.#claimsOf(object.value));
    if (previous) this.#remove(key, this.#claimsOf(previous.value));
  }

  #add(key: string, values: Iterable<string>): void {
    for (const value of values) {
      const holders = this.#holders.get(value) ?? new Map<string, number>();
      this.#holders.set(value, holders);
      holders.set(key, (holders.get(key) ?? 0) + 1);
    }
  }

  #remove(key: string, values: Iterable<string>): void {
    for (const value of values) {
      const holders = this.#holders.get(value);
      const count = holders?.get(key);
      if (!holders || count === undefined) continue;
      if (count > 1) holders.set(key, count - 1);
      else holders.delete(key);
      if (holders.size === 0) this.#holders.delete(value);
    }
  }
}
