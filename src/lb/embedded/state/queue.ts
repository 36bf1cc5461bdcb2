// The queue of one backend, the same for all workers: who gives a slot back hands it to the oldest that may have it, of whichever worker.
//
// Why nobody is forgotten. Who finds no slot first makes `queued` grow and then looks again, under the lock; who gives a slot back first gives
// it back and then reads `queued`. Whichever came first, one of the two sees the other: the one that waits sees the slot, or the one that
// leaves sees that somebody waits, takes the lock, and finds the entry, since it was put into its list under that same lock. It is the same
// with flags, weights and limits: who changes them makes the epoch grow, then reads `queued`, then calls settle().
//
// Why nobody is passed. While `queued` is not 0 slots are taken under the lock only, and an elder that may have the same server is served
// first. Who read 0 before an elder queued up was there before it.

import type { QueuePlace } from '../dispatch.ts';
import type { BackendView } from './backend-view.ts';
import { exclusively } from './mutex.ts';
import { backendWord, listWord } from './records.ts';
import { raise, type ServerCell } from './server-cell.ts';
import { type WaitingRoom, waitsFor } from './waiting-room.ts';

/** What a request may be sent to. */
export interface Wish {
  readonly kind: (typeof waitsFor)[keyof typeof waitsFor];
  /** Where it is not any. */
  readonly only?: ServerCell;
  /** Slots of servers that it does not go to. */
  readonly excluded: readonly number[];
}

export class Queue {
  readonly #view: BackendView;
  readonly #room: WaitingRoom;

  constructor(view: BackendView, room: WaitingRoom) {
    this.#view = view;
    this.#room = room;
  }

  get length(): number {
    return Atomics.load(this.#view.words, backendWord.queued);
  }

  /** Runs `fn` under the lock of the backend. */
  locked<T>(fn: () => T): T {
    return exclusively(this.#view.words, backendWord.lock, fn);
  }

  /** Somebody is about to wait: from here on who gives a slot back looks for them. Under the lock, as all below. */
  announce(): void {
    Atomics.add(this.#view.words, backendWord.queued, 1);
  }

  /** They do not wait (any more). */
  retract(): void {
    Atomics.sub(this.#view.words, backendWord.queued, 1);
  }

  /** Puts it at the end, after announce(); says as the how manieth. */
  join(entry: number, wish: Wish): QueuePlace {
    const { words } = this.#view;
    const place = ((wish.only?.words ?? words)[listWord.length] as number) + 1;
    const ticket = ((words[backendWord.ticket] as number) + 1) | 0;
    words[backendWord.ticket] = ticket;
    this.#room.begin(entry, ticket, wish.kind, wish.only?.slot ?? 0, wish.excluded);
    this.#room.insert(wish.only?.words ?? words, entry);
    raise(words, backendWord.mostQueued, this.length);
    return wish.only === undefined ? { server: 0, backend: place } : { server: place, backend: 0 };
  }

  leave(entry: number): void {
    this.#room.remove(this.#listOf(entry), entry);
    this.retract();
  }

  /** Hands free slots of the server to those that wait for it, the oldest first. */
  serve(cell: ServerCell): void {
    this.#view.refresh();
    while (this.#serveOne(cell)) {}
  }

  /**
   * After flags, limits, settings or servers have changed: who waits for a server that is gone waits for any, whom nobody can serve is
   * refused, and free slots are handed out, in turns so that they spread.
   */
  settle(): void {
    this.#view.refresh();
    for (const cell of this.#view.cells) this.#redirect(cell);
    this.#forgetVainExclusions();
    if (this.isVain()) this.refuseAll();
    while (this.#serveEachOnce()) {}
  }

  /** Whether those who wait for any server, wait in vain: nobody is usable, and nobody comes. */
  isVain(): boolean {
    const { usable, awaitsBackups, words } = this.#view;
    return Atomics.load(words, backendWord.maintenance) === 1 || (usable === 0 && !awaitsBackups);
  }

  /** Those who wait for any server. */
  refuseAll(): void {
    const list = this.#view.words;
    for (let entry = headOf(list); entry !== 0; entry = headOf(list)) {
      this.leave(entry);
      this.#room.refuse(entry);
    }
  }

  /** Those who wait for the server (`only`: for this reason) wait for any from now on. */
  disband(cell: ServerCell, only?: number): void {
    let entry = headOf(cell.words);
    while (entry !== 0) {
      const next = this.#room.next(entry);
      if (only === undefined || this.#room.waitsFor(entry) === only) {
        this.#room.remove(cell.words, entry);
        this.#room.makeAny(entry);
        this.#room.insert(this.#view.words, entry);
      }
      entry = next;
    }
  }

  #serveOne(cell: ServerCell): boolean {
    if (!cell.hasRoom()) return false;
    const entry = this.#oldestFor(cell);
    if (entry === 0) return false;
    const taken = cell.take();
    if (!taken) return false;
    this.leave(entry);
    this.#room.grant(entry, cell.slot, taken === 'onTrial');
    return true;
  }

  #oldestFor(cell: ServerCell): number {
    const own = headOf(cell.words);
    if (!cell.isOpen) return own !== 0 && this.#room.waitsFor(own) === waitsFor.own ? own : 0;
    let any = headOf(this.#view.words);
    while (any !== 0 && this.#room.excludes(any, cell.slot)) any = this.#room.next(any);
    if (own === 0 || any === 0) return own || any;
    return this.#room.isBefore(own, any) ? own : any;
  }

  #serveEachOnce(): boolean {
    let served = false;
    for (const cell of this.#view.cells) served = this.#serveOne(cell) || served;
    return served && this.length > 0;
  }

  #redirect(cell: ServerCell): void {
    const isMaintained = Atomics.load(this.#view.words, backendWord.maintenance) === 1;
    if (isMaintained || !cell.admits()) this.disband(cell);
    // Drained, or a backup that is not needed: its own users stay with it, those that were only hashed to it do not.
    else if (!cell.isOpen) this.disband(cell, waitsFor.home);
  }

  #forgetVainExclusions(): void {
    const open = this.#view.cells.filter((cell) => cell.isOpen && cell.isUsable());
    for (let entry = headOf(this.#view.words); entry !== 0; entry = this.#room.next(entry)) {
      if (!this.#room.hasExclusions(entry)) continue;
      if (open.every(({ slot }) => this.#room.excludes(entry, slot))) this.#room.forgetExclusions(entry);
    }
  }

  #listOf(entry: number): Int32Array {
    if (this.#room.waitsFor(entry) === waitsFor.any) return this.#view.words;
    return this.#view.bySlot(this.#room.slotOf(entry))?.words ?? this.#view.words;
  }
}

function headOf(list: Int32Array): number {
  return list[listWord.head] as number;
}
