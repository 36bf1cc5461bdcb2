// Counts of connections that several workers share, for frontends that have a limit of them. One word of shared memory for each.

import type { Frontend } from '../model.ts';

const mostSlots = 1_024;

export function newConnectionMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(mostSlots * Int32Array.BYTES_PER_ELEMENT);
}

/** Main thread: which frontend has which slot. A name keeps its own as long as it has a limit. */
export class SlotAllocation {
  readonly #slots = new Map<string, number>();

  /** The slots of those that have a limit. More than 1,024 have none left: their limit does not hold. */
  allot(frontends: readonly Frontend[]): Record<string, number> {
    const names = new Set(frontends.filter(({ maxconn }) => maxconn !== undefined).map(({ name }) => name));
    for (const name of this.#slots.keys()) if (!names.has(name)) this.#slots.delete(name);
    const free = this.#free();
    for (const name of names) {
      if (this.#slots.has(name)) continue;
      const slot = free.next().value;
      if (slot !== undefined) this.#slots.set(name, slot);
    }
    return Object.fromEntries(this.#slots);
  }

  *#free(): Generator<number, undefined> {
    const used = new Set(this.#slots.values());
    for (let slot = 0; slot < mostSlots; slot++) if (!used.has(slot)) yield slot;
    return undefined;
  }
}

/** A worker's access to one slot. */
export class ConnectionSlot {
  readonly #words: Int32Array;
  readonly #slot: number;

  constructor(memory: SharedArrayBuffer, slot: number) {
    this.#words = new Int32Array(memory);
    this.#slot = slot;
  }

  /** Whether there was room for one more; then it is counted. */
  take(limit: number): boolean {
    if (Atomics.add(this.#words, this.#slot, 1) < limit) return true;
    this.leave();
    return false;
  }

  leave(): void {
    Atomics.sub(this.#words, this.#slot, 1);
    this.wake();
  }

  /** One of those that wait for a change looks again. */
  wake(): void {
    Atomics.notify(this.#words, this.#slot, 1);
  }

  /** Resolves when one has left, in any worker, or soon anyway. */
  async change(atMostMs: number): Promise<void> {
    const seen = Atomics.load(this.#words, this.#slot);
    await Atomics.waitAsync(this.#words, this.#slot, seen, atMostMs).value;
  }
}
