// Which server a client's address was sent to, for all workers at once: a table of fixed size in shared memory, in sets of eight. A full set
// forgets the client that was not seen for longest. A hash ring would need no memory, but would move clients whenever a server comes.

import { hash32 } from '../../balance/hash.ts';

/** Clients that are remembered for one backend. */
const mostClients = 16_384;
const setSize = 8;
const rowWords = 4;
const row = { key: 0, secondKey: 1, server: 2, seen: 3 } as const;

/** Time is kept in parts of this, so that it fits into 32 bits for years. */
const tickMs = 100;

export class ClientTable {
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(mostClients * rowWords * Int32Array.BYTES_PER_ELEMENT);
  }

  /** serverKey() of the client's server, if it was seen within `forMs`; it is seen now. Needs no lock. */
  lookup(address: string, forMs: number, nowMs: number): number | undefined {
    const [key, secondKey] = keysOf(address);
    const at = this.#find(key, secondKey);
    if (at === undefined) return undefined;
    const server = Atomics.load(this.#words, at + row.server);
    const age = tickOf(nowMs) - Atomics.load(this.#words, at + row.seen);
    // Another client may have got the row while we read it.
    if (this.#find(key, secondKey) !== at || age * tickMs > forMs) return undefined;
    Atomics.store(this.#words, at + row.seen, tickOf(nowMs));
    return server;
  }

  /** Under the lock of the backend. */
  remember(address: string, server: number, nowMs: number): void {
    const [key, secondKey] = keysOf(address);
    const at = this.#find(key, secondKey) ?? this.#oldestOf(key);
    // Without its key nobody finds the row while it is made.
    Atomics.store(this.#words, at + row.key, 0);
    Atomics.store(this.#words, at + row.secondKey, secondKey);
    Atomics.store(this.#words, at + row.server, server);
    Atomics.store(this.#words, at + row.seen, tickOf(nowMs));
    Atomics.store(this.#words, at + row.key, key);
  }

  #find(key: number, secondKey: number): number | undefined {
    for (let index = 0; index < setSize; index++) {
      const at = setOf(key) + index * rowWords;
      const isIt =
        Atomics.load(this.#words, at + row.key) === key &&
        Atomics.load(this.#words, at + row.secondKey) === secondKey;
      if (isIt) return at;
    }
    return undefined;
  }

  #oldestOf(key: number): number {
    let oldest = setOf(key);
    for (let index = 0; index < setSize; index++) {
      const at = setOf(key) + index * rowWords;
      if (Atomics.load(this.#words, at + row.key) === 0) return at;
      if (this.#seen(at) < this.#seen(oldest)) oldest = at;
    }
    return oldest;
  }

  #seen(at: number): number {
    return Atomics.load(this.#words, at + row.seen);
  }
}

/** What the table knows a server by: its id, across slots. */
export function serverKey(id: string): number {
  return hash32(id) | 0;
}

/** 0 is an empty row. */
function keysOf(address: string): readonly [number, number] {
  return [hash32(address) | 0 || 1, hash32(`${address} again`) | 0];
}

function setOf(key: number): number {
  return ((key >>> 0) % (mostClients / setSize)) * setSize * rowWords;
}

function tickOf(nowMs: number): number {
  return Math.floor(nowMs / tickMs);
}
