// One worker's view of one backend: finds servers for its requests, makes them wait, and notes what they have seen.

import type { Clock } from '../../../base/clock.ts';
import { Subscribable } from '../../../base/subscribable.ts';
import type { Backend } from '../../model.ts';
import type {
  Ask,
  Busy,
  Dispatch,
  EndedRequest,
  Grant,
  LostServer,
  Observation,
  Refusal,
} from '../dispatch.ts';
import type { BackendView } from './backend-view.ts';
import type { Bells } from './bells.ts';
import type { CookieNames } from './cookie-names.ts';
import { Queue, type Wish } from './queue.ts';
import type { RecordTable } from './record-table.ts';
import { backendNumber, backendWord } from './records.ts';
import { RequestWishes } from './request-wishes.ts';
import { BackendBooks, HeldGrant, type ServerBooks } from './server-books.ts';
import type { ServerCell } from './server-cell.ts';
import { countEnded, countEndedOnServer, countMoved } from './traffic-counters.ts';
import { TrafficNotes } from './traffic-notes.ts';
import type { Waiter, WaitingAsk, WaitingAsks } from './waiting-asks.ts';
import { entryState, type WaitingRoom } from './waiting-room.ts';
import type { BackendPlan } from './worker-plan.ts';

/** What all backends of a worker have in common. */
export interface DispatchTools {
  readonly worker: number;
  readonly servers: RecordTable;
  readonly bells: Bells;
  readonly room: WaitingRoom;
  readonly waiting: WaitingAsks;
  readonly cookies: CookieNames;
  readonly clock: Clock;
  /** The same in all threads. */
  readonly commonMs: () => number;
  /** What `since` of asks is in. */
  readonly now: () => number;
}

export class BackendDispatch implements Dispatch, Waiter {
  readonly lost = new Subscribable<LostServer>();
  readonly #tools: DispatchTools;
  readonly #view: BackendView;
  readonly #queue: Queue;
  readonly #wishes: RequestWishes;
  readonly #books: BackendBooks;
  readonly #notes: TrafficNotes;
  readonly #numbers: Float64Array;
  readonly #idByCookie = new Map<string, string>();
  /** Asks that wait and grants that are out. */
  #pending = 0;
  #isClosed = false;

  constructor(view: BackendView, numbers: Float64Array, tools: DispatchTools) {
    this.#tools = tools;
    this.#view = view;
    this.#numbers = numbers;
    this.#queue = new Queue(view, tools.room);
    this.#wishes = new RequestWishes(view, tools.commonMs);
    this.#books = new BackendBooks(view, tools.servers, tools.worker);
    this.#notes = new TrafficNotes(view, this.#queue, numbers, tools);
  }

  get backend(): Backend {
    return this.#view.settings;
  }

  serverOfCookie(value: string): string | undefined {
    return this.#idByCookie.get(value);
  }

  cookieOf(grant: Grant): string {
    return this.#tools.cookies.valueOf(grant.serverId);
  }

  ask(ask: Ask): Grant | Refusal | 'waiting' {
    if (this.#isClosed || this.#isMaintained()) return this.#sorry();
    this.#view.refresh();
    const grant = this.#queue.length === 0 ? this.#takeAtOnce(ask) : undefined;
    return grant ?? this.#queue.locked(() => this.#takeInLine(ask));
  }

  cancel(ask: Ask): void {
    const waiting = this.#tools.waiting.find(ask);
    if (!waiting || this.#withdraw(waiting)) return;
    waiting.isOver = true;
    waiting.stopTimer();
    this.#tools.waiting.forgetAsk(waiting);
  }

  release(grant: Grant, seen: Observation): void {
    const held = grant as HeldGrant;
    if (held.isReleased) throw new Error(`the grant of ${held.serverName} was released before`);
    held.isReleased = true;
    // Before the slot is free, so that nobody who waits is sent where it has just failed.
    this.#notes.note(held, seen);
    held.books.cell.giveBack();
    held.books.letGo();
    this.#pending--;
    if (this.#queue.length > 0) this.#queue.locked(() => this.#queue.serve(held.books.cell));
    this.#letGoOfRecord();
  }

  works(grant: Grant): void {
    this.#notes.note(grant as HeldGrant, { type: 'answered', status: 200 });
  }

  moved(grant: Grant, bytesIn: number, bytesOut: number): void {
    countMoved((grant as HeldGrant).books.numbers, this.#numbers, bytesIn, bytesOut);
  }

  busy(own: Grant | undefined): Busy {
    const { words } = this.#view;
    const backend = Atomics.load(words, backendWord.inFlight) + this.#queue.length;
    if (own === undefined) return { backend, server: 0 };
    return { backend: backend - 1, server: (own as HeldGrant).books.cell.inFlight() - 1 };
  }

  ended(request: EndedRequest): void {
    if (this.#numbers[backendNumber.holds] === 0) return; // The record is somebody else's.
    countEnded(this.#numbers, request);
    const books = request.slot === undefined ? undefined : this.#books.of(request.slot);
    if (books) countEndedOnServer(books.numbers, request);
  }

  granted(waiting: WaitingAsk, slot: number, isTrial: boolean): boolean {
    const books = this.#books.of(slot);
    if (!books) return false;
    const { ask, isOver } = waiting;
    this.#tools.waiting.release(waiting);
    this.#pending--;
    const grant = this.#grant(books, isTrial, ask, waiting);
    if (isOver) this.release(grant, { type: 'unused' });
    else ask.granted(grant);
    return true;
  }

  refused(waiting: WaitingAsk): void {
    this.#pending--;
    if (!waiting.isOver) waiting.ask.refused({ ...this.#sorry(), queuePlace: waiting.queuePlace });
    this.#letGoOfRecord();
  }

  /** Those who wait may go to a server that only this worker has not known before. */
  update(plan: BackendPlan): void {
    const gone = this.#view.update(plan);
    this.#books.open();
    this.#wishes.update(plan);
    this.#nameServers();
    if (this.#queue.length > 0) this.#queue.locked(() => this.#queue.settle());
    for (const { id } of gone) this.#tools.cookies.forget(id);
    this.#tell(this.#books.close(gone.map(({ slot }) => slot)));
  }

  /** It is in the model no more. */
  close(): void {
    this.#isClosed = true;
    this.#tell(this.#books.closeAll());
    this.#letGoOfRecord();
  }

  /** Tells of servers that were lost since it was called last. */
  hear(): void {
    this.#tell(this.#books.hear());
  }

  #tell(lost: readonly LostServer[]): void {
    for (const server of lost) this.lost.emit(server);
  }

  #takeAtOnce(ask: Ask): Grant | undefined {
    const wish = this.#wishes.of(ask);
    if (this.#wishes.isNewClient(ask, wish)) return undefined;
    let cell = this.#serverWithRoom(wish);
    // Others may be quicker; then there is another look, which ends when nobody has room.
    for (; cell; cell = this.#serverWithRoom(wish)) {
      const taken = cell.take(this.#view.choice?.comparesLoad);
      if (taken) return this.#grantAtOnce(cell, taken, ask);
    }
    return undefined;
  }

  #takeInLine(ask: Ask): Grant | Refusal | 'waiting' {
    this.#queue.announce();
    this.#view.refresh();
    const wish = this.#wishes.of(ask);
    let cell = this.#serverWithRoom(wish);
    for (; cell && !this.#isMaintained(); cell = this.#serverWithRoom(wish)) {
      this.#queue.serve(cell);
      const taken = cell.take();
      if (!taken) continue;
      this.#queue.retract();
      if (this.#wishes.isNewClient(ask, wish)) this.#wishes.remember(ask, cell);
      return this.#grantAtOnce(cell, taken, ask);
    }
    return this.#wait(ask, wish);
  }

  #serverWithRoom(wish: Wish): ServerCell | undefined {
    if (wish.only) return wish.only.hasRoom() ? wish.only : undefined;
    const turn = Atomics.add(this.#view.words, backendWord.turn, 1) >>> 0;
    const { excluded } = wish;
    if (excluded.length === 0) return this.#view.choice?.pick(turn);
    return this.#view.choice?.pick(turn, ({ slot }) => !excluded.includes(slot));
  }

  #wait(ask: Ask, wish: Wish): Refusal | 'waiting' {
    const refusal = this.#refusalInstead(ask, wish);
    const waiting = refusal ? undefined : this.#tools.waiting.reserve(ask, this);
    if (!waiting) {
      this.#queue.retract();
      return refusal ?? this.#shed();
    }
    this.#pending++;
    waiting.queuePlace = this.#queue.join(waiting.entry, wish);
    const left = this.backend.queue.timeoutMs - this.#waited(ask);
    waiting.stopTimer = this.#tools.clock.after(left, () => this.#expire(waiting));
    // Limits that grow with the load may have grown by this one.
    if (this.backend.minconn) this.#queue.settle();
    return 'waiting';
  }

  #refusalInstead(ask: Ask, wish: Wish): Refusal | undefined {
    if (this.#isMaintained() || (!wish.only && this.#queue.isVain())) return this.#sorry();
    const { max, timeoutMs } = this.backend.queue;
    // Itself is counted already.
    return this.#queue.length > max || this.#waited(ask) >= timeoutMs ? this.#shed() : undefined;
  }

  #expire(waiting: WaitingAsk): void {
    // One that was decided a moment ago hears of that instead.
    if (!this.#withdraw(waiting)) return;
    waiting.ask.refused({ ...this.#shed(), queuePlace: waiting.queuePlace });
    this.#letGoOfRecord();
  }

  /** False when it has been decided. */
  #withdraw(waiting: WaitingAsk): boolean {
    const { entry } = waiting;
    const withdrawn = this.#queue.locked(() => {
      if (this.#tools.room.stateOf(entry) !== entryState.waiting) return false;
      this.#queue.leave(entry);
      return true;
    });
    if (!withdrawn) return false;
    this.#tools.waiting.release(waiting);
    this.#pending--;
    return true;
  }

  #grantAtOnce(cell: ServerCell, taken: 'taken' | 'onTrial', ask: Ask): HeldGrant {
    const books = this.#books.of(cell.slot);
    if (!books) throw new Error(`server ${cell.id} is in no books`);
    return this.#grant(books, taken === 'onTrial', ask);
  }

  #grant(books: ServerBooks, isTrial: boolean, ask: Ask, waiting?: WaitingAsk): HeldGrant {
    this.#pending++;
    const queuedMs = waiting === undefined ? 0 : this.#waited(ask);
    return new HeldGrant(books, isTrial, queuedMs, ask.persisted, waiting?.queuePlace);
  }

  #nameServers(): void {
    this.#idByCookie.clear();
    if (!this.backend.persistence) return;
    for (const { id } of this.#view.cells) this.#idByCookie.set(this.#tools.cookies.valueOf(id), id);
  }

  #isMaintained(): boolean {
    return Atomics.load(this.#view.words, backendWord.maintenance) === 1;
  }

  #waited(ask: Ask): number {
    return Math.max(0, this.#tools.now() - ask.since);
  }

  #sorry(): Refusal {
    return { outcome: 'sorry', page: this.backend.sorry, flags: 'SC' };
  }

  #shed(): Refusal {
    return { outcome: 'shed', page: this.backend.sorry, flags: 'sQ' };
  }

  #letGoOfRecord(): void {
    if (this.#isClosed && this.#pending === 0) this.#numbers[backendNumber.holds] = 0;
  }
}
