// What one worker keeps of the servers of one backend: its counts, how many slots its requests have, and which losses it has heard of.

import type { Grant, LostServer, QueuePlace } from '../dispatch.ts';
import type { BackendView } from './backend-view.ts';
import type { RecordTable } from './record-table.ts';
import { backendWord, serverNumber, serverWord } from './records.ts';
import type { ServerCell } from './server-cell.ts';

export class ServerBooks {
  readonly cell: ServerCell;
  readonly numbers: Float64Array;
  /** How often it was told lost, as far as this worker has heard. */
  lostSeen: number;
  #held = 0;
  #isGone = false;

  constructor(cell: ServerCell, numbers: Float64Array) {
    this.cell = cell;
    this.numbers = numbers;
    this.lostSeen = Atomics.load(cell.words, serverWord.lost);
  }

  hold(): void {
    this.#held++;
  }

  letGo(): void {
    this.#held--;
    this.#letGoOfRecord();
  }

  /** It is in no model any more. */
  gone(): void {
    this.#isGone = true;
    this.#letGoOfRecord();
  }

  // The record may belong to another server from then on.
  #letGoOfRecord(): void {
    if (this.#isGone && this.#held === 0) this.numbers[serverNumber.holds] = 0;
  }
}

/** A slot that a request of this worker has. */
export class HeldGrant implements Grant {
  readonly slot: number;
  readonly serverId: string;
  readonly serverName: string;
  readonly address: string;
  readonly port: number;
  readonly queuedMs: number;
  readonly moved: boolean;
  readonly queuePlace: QueuePlace | undefined;
  readonly books: ServerBooks;
  isTrial: boolean;
  isReleased = false;

  constructor(
    books: ServerBooks,
    isTrial: boolean,
    queuedMs: number,
    persisted: string | undefined,
    queuePlace: QueuePlace | undefined,
  ) {
    const { plan } = books.cell;
    this.slot = plan.slot;
    this.serverId = plan.id;
    this.serverName = plan.name;
    this.address = plan.address;
    this.port = plan.port;
    this.queuedMs = queuedMs;
    this.moved = persisted !== undefined && persisted !== plan.id;
    this.queuePlace = queuePlace;
    this.books = books;
    this.isTrial = isTrial;
    books.hold();
  }
}

export class BackendBooks {
  readonly #view: BackendView;
  readonly #servers: RecordTable;
  readonly #worker: number;
  readonly #bySlot = new Map<number, ServerBooks>();
  #lostSeen: number;

  constructor(view: BackendView, servers: RecordTable, worker: number) {
    this.#view = view;
    this.#servers = servers;
    this.#worker = worker;
    this.#lostSeen = Atomics.load(view.words, backendWord.lost);
  }

  of(slot: number): ServerBooks | undefined {
    return this.#bySlot.get(slot);
  }

  /** Opens those of new servers. */
  open(): void {
    for (const cell of this.#view.cells) {
      if (this.#bySlot.has(cell.slot)) continue;
      this.#bySlot.set(cell.slot, new ServerBooks(cell, this.#servers.numbers(cell.slot, this.#worker)));
    }
  }

  close(slots: Iterable<number>): readonly LostServer[] {
    return [...slots].map((slot) => {
      this.#bySlot.get(slot)?.gone();
      this.#bySlot.delete(slot);
      return { slot, why: 'gone' };
    });
  }

  closeAll(): readonly LostServer[] {
    return this.close([...this.#bySlot.keys()]);
  }

  /** What was told lost since the last call. Cheap when it is nothing. */
  hear(): readonly LostServer[] {
    const told = Atomics.load(this.#view.words, backendWord.lost);
    if (told === this.#lostSeen) return [];
    this.#lostSeen = told;
    return [...this.#bySlot.values()].flatMap(hearOf);
  }
}

function hearOf(books: ServerBooks): LostServer[] {
  const told = Atomics.load(books.cell.words, serverWord.lost);
  if (told === books.lostSeen) return [];
  books.lostSeen = told;
  return [{ slot: books.cell.slot, why: lostWhy[told % lostWhy.length] as LostServer['why'] }];
}

/** In the word `lost` of a server, by the remainder. */
const lostWhy: readonly LostServer['why'][] = ['down', 'over'];

/** What the word becomes. */
export function nextLost(told: number, why: 'down' | 'over'): number {
  const times = Math.floor(told / lostWhy.length) + 1;
  return times * lostWhy.length + lostWhy.indexOf(why);
}
