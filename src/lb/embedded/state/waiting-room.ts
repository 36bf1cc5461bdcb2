// The requests that wait, of all workers, in memory that all of them read: double linked lists in the order of tickets, one for each backend
// and one for each server that somebody waits for. All but reserving and the inbox happens under the lock of the backend.

import type { Bells } from './bells.ts';
import { listWord } from './records.ts';

/** How many requests can wait in one worker. More of them are shed, whatever the queues allow. */
export const entriesPerWorker = 16_384;

export const entryState = { free: 0, waiting: 1, granted: 2, sorry: 3 } as const;

/** What the entry waits for: any server, the one of its own user, or the one that its address is hashed to. */
export const waitsFor = { any: 0, own: 1, home: 2 } as const;

const word = {
  state: 0,
  next: 1,
  previous: 2,
  ticket: 3,
  waitsFor: 4,
  slot: 5,
  isTrial: 6,
  inboxNext: 7,
  excludedCount: 8,
  excluded: 9,
} as const;
const entryWords = 16;

/** So many failed servers are remembered; a request is hardly tried more often. */
export const mostExcluded = entryWords - word.excluded;

/** Entries are numbered from 1; 0 is none. */
export class WaitingRoom {
  readonly #words: Int32Array;
  readonly #bells: Bells;

  constructor(memory: SharedArrayBuffer, bells: Bells) {
    this.#words = new Int32Array(memory);
    this.#bells = bells;
  }

  static memory(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer(workers * entriesPerWorker * entryWords * Int32Array.BYTES_PER_ELEMENT);
  }

  stateOf(entry: number): number {
    return Atomics.load(this.#words, place(entry) + word.state);
  }

  waitsFor(entry: number): number {
    return this.#get(entry, word.waitsFor);
  }

  /** The server that it waits for, or that it was granted. */
  slotOf(entry: number): number {
    return this.#get(entry, word.slot);
  }

  isTrial(entry: number): boolean {
    return this.#get(entry, word.isTrial) === 1;
  }

  next(entry: number): number {
    return this.#get(entry, word.next);
  }

  isBefore(entry: number, other: number): boolean {
    // By the sign of the difference: tickets may pass the end of the numbers.
    return ((this.#get(entry, word.ticket) - this.#get(other, word.ticket)) | 0) < 0;
  }

  begin(entry: number, ticket: number, kind: number, slot: number, excluded: readonly number[]): void {
    this.#set(entry, word.ticket, ticket);
    this.#set(entry, word.waitsFor, kind);
    this.#set(entry, word.slot, slot);
    this.#set(entry, word.isTrial, 0);
    const kept = excluded.slice(-mostExcluded);
    this.#set(entry, word.excludedCount, kept.length);
    kept.forEach((each, index) => {
      this.#set(entry, word.excluded + index, each);
    });
    Atomics.store(this.#words, place(entry) + word.state, entryState.waiting);
  }

  /** Any server will do from now on. */
  makeAny(entry: number): void {
    this.#set(entry, word.waitsFor, waitsFor.any);
  }

  excludes(entry: number, slot: number): boolean {
    const count = this.#get(entry, word.excludedCount);
    for (let index = 0; index < count; index++) {
      if (this.#get(entry, word.excluded + index) === slot) return true;
    }
    return false;
  }

  hasExclusions(entry: number): boolean {
    return this.#get(entry, word.excludedCount) > 0;
  }

  forgetExclusions(entry: number): void {
    this.#set(entry, word.excludedCount, 0);
  }

  /** Puts it behind those with lower tickets; at once for the latest. */
  insert(list: Int32Array, entry: number): void {
    let before = list[listWord.tail] as number;
    while (before !== 0 && this.isBefore(entry, before)) before = this.#get(before, word.previous);
    const after = before === 0 ? (list[listWord.head] as number) : this.next(before);
    this.#set(entry, word.previous, before);
    this.#set(entry, word.next, after);
    this.#link(list, before, entry, listWord.head, word.next);
    this.#link(list, after, entry, listWord.tail, word.previous);
    list[listWord.length] = (list[listWord.length] as number) + 1;
  }

  remove(list: Int32Array, entry: number): void {
    const [before, after] = [this.#get(entry, word.previous), this.next(entry)];
    this.#link(list, before, after, listWord.head, word.next);
    this.#link(list, after, before, listWord.tail, word.previous);
    list[listWord.length] = (list[listWord.length] as number) - 1;
  }

  /** Decides it, after it was removed, and tells its worker. */
  grant(entry: number, slot: number, isTrial: boolean): void {
    this.#set(entry, word.slot, slot);
    this.#set(entry, word.isTrial, isTrial ? 1 : 0);
    this.#deliver(entry, entryState.granted);
  }

  refuse(entry: number): void {
    this.#deliver(entry, entryState.sorry);
  }

  free(entry: number): void {
    Atomics.store(this.#words, place(entry) + word.state, entryState.free);
  }

  /** The worker's decided entries since the last call, in the order in which they were decided. Needs no lock. */
  collect(worker: number): number[] {
    const entries: number[] = [];
    let entry = Atomics.exchange(this.#bells.words, this.#bells.inboxAt(worker), 0);
    for (; entry !== 0; entry = this.#get(entry, word.inboxNext)) entries.push(entry);
    return entries.reverse();
  }

  // Many push, one takes all at once: such a stack needs no lock and knows no ABA.
  #deliver(entry: number, state: number): void {
    Atomics.store(this.#words, place(entry) + word.state, state);
    const worker = Math.floor((entry - 1) / entriesPerWorker);
    const { words } = this.#bells;
    const at = this.#bells.inboxAt(worker);
    let head: number;
    do {
      head = Atomics.load(words, at);
      this.#set(entry, word.inboxNext, head);
    } while (Atomics.compareExchange(words, at, head, entry) !== head);
    this.#bells.ringWorker(worker);
  }

  #link(list: Int32Array, entry: number, to: number, ofList: number, ofEntry: number): void {
    if (entry === 0) list[ofList] = to;
    else this.#set(entry, ofEntry, to);
  }

  #get(entry: number, what: number): number {
    return this.#words[place(entry) + what] as number;
  }

  #set(entry: number, what: number, value: number): void {
    this.#words[place(entry) + what] = value;
  }
}

function place(entry: number): number {
  return (entry - 1) * entryWords;
}
