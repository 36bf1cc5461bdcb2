// All waiting of a worker's users behind one timer of Node's: two thousand timers of their own cost more memory, and Node's are off by up
// to a millisecond in both directions. Nothing here is ever early, and what is late is late by little.

import { machineTime } from '../../../base/machine-time.ts';

/** Time as users see it. */
export interface UserClock {
  /** machineTime(). */
  now(): number;
  /** Runs `fn` once at `time` or soon after, never before, never within this call. The returned function cancels it and may be called twice. */
  at(time: number, fn: () => void): () => void;
}

interface Entry {
  readonly time: number;
  readonly order: number;
  fn: (() => void) | undefined;
}

/** Node's timers may come so much too early; what is left is bridged by asking again and again. */
const timerErrorMs = 1;
/** Of the time may go into asking: more would make the generator busy with waiting. */
const spinShare = 0.15;
const spinWindowMs = 100;

export class Agenda implements UserClock {
  /** A binary heap: the earliest is first. */
  readonly #heap: Entry[] = [];
  #order = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** When #timer or #immediate looks again. */
  #looksAt = Number.POSITIVE_INFINITY;
  #windowBegan = 0;
  #spunMs = 0;
  #spinBegan: number | undefined;

  now(): number {
    return machineTime();
  }

  at(time: number, fn: () => void): () => void {
    const entry: Entry = { time, order: this.#order++, fn };
    this.#push(entry);
    if (time < this.#looksAt) this.#arm(this.now());
    return () => {
      entry.fn = undefined;
      this.#dropCancelled();
    };
  }

  #look(): void {
    this.#immediate = undefined;
    this.#timer = undefined;
    this.#looksAt = Number.POSITIVE_INFINITY;
    const now = this.now();
    if (this.#spinBegan !== undefined) this.#spunMs += now - this.#spinBegan;
    this.#spinBegan = undefined;
    // What is added on the way has its own turn: a user that never waits must not keep the others from theirs.
    const due: Entry[] = [];
    for (let next = this.#heap[0]; next && next.time <= now; next = this.#heap[0]) {
      this.#pop();
      due.push(next);
    }
    for (const entry of due) entry.fn?.();
    this.#arm(this.now());
  }

  #arm(now: number): void {
    const next = this.#heap[0];
    if (next === undefined || next.time >= this.#looksAt) return;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#looksAt = next.time;
    const waitMs = next.time - now;
    if (waitMs <= 0) this.#immediate = setImmediate(() => this.#look());
    else if (waitMs > 2 * timerErrorMs) this.#sleep(Math.floor(waitMs));
    else if (this.#maySpin(now)) {
      this.#spinBegan ??= now;
      this.#immediate = setImmediate(() => this.#look());
    } else this.#sleep(Math.ceil(waitMs));
  }

  #sleep(ms: number): void {
    this.#spinBegan = undefined;
    this.#timer = setTimeout(() => this.#look(), Math.min(ms, 2 ** 31 - 1));
  }

  #maySpin(now: number): boolean {
    if (now - this.#windowBegan > spinWindowMs) {
      this.#windowBegan = now;
      this.#spunMs = 0;
    }
    return this.#spunMs < spinShare * spinWindowMs;
  }

  /** Those in the middle go when their time comes. */
  #dropCancelled(): void {
    while (this.#heap[0] && this.#heap[0].fn === undefined) this.#pop();
    if (this.#heap.length > 0) return;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = this.#immediate = this.#spinBegan = undefined;
    this.#looksAt = Number.POSITIVE_INFINITY;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, heap[above] as Entry)) break;
      heap[at] = heap[above] as Entry;
      at = above;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const moved = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below++;
      if (!isBefore(heap[below] as Entry, moved)) break;
      heap[at] = heap[below] as Entry;
      at = below;
    }
    heap[at] = moved;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
