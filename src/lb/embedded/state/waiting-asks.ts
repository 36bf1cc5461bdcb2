// The asks of one worker that wait: which entry of the waiting room belongs to which, and what is to be done when it is decided.

import type { Ask, QueuePlace } from '../dispatch.ts';
import { entriesPerWorker, entryState, type WaitingRoom } from './waiting-room.ts';

/** Whoever made the worker's asks wait. */
export interface Waiter {
  /** Returns false when it does not know the server yet: the plan that names it is on its way, and it is asked again after it. */
  granted(waiting: WaitingAsk, slot: number, isTrial: boolean): boolean;
  refused(waiting: WaitingAsk): void;
}

export interface WaitingAsk {
  readonly ask: Ask;
  readonly entry: number;
  readonly waiter: Waiter;
  /** Its client is gone or its time is over: what it is granted goes back. */
  isOver: boolean;
  queuePlace: QueuePlace | undefined;
  stopTimer: () => void;
}

export class WaitingAsks {
  readonly #room: WaitingRoom;
  readonly #worker: number;
  readonly #byAsk = new Map<Ask, WaitingAsk>();
  readonly #byEntry = new Map<number, WaitingAsk>();
  /** Entries that were used and are free again; those beyond `#used` have never been. */
  readonly #free: number[] = [];
  #used = 0;
  #early: number[] = [];

  constructor(room: WaitingRoom, worker: number) {
    this.#room = room;
    this.#worker = worker;
  }

  /** An entry for it; undefined: there is none left. */
  reserve(ask: Ask, waiter: Waiter): WaitingAsk | undefined {
    const entry = this.#free.pop() ?? this.#unused();
    if (entry === undefined) return undefined;
    const waiting = { ask, entry, waiter, isOver: false, queuePlace: undefined, stopTimer: () => {} };
    this.#byAsk.set(ask, waiting);
    this.#byEntry.set(entry, waiting);
    return waiting;
  }

  find(ask: Ask): WaitingAsk | undefined {
    return this.#byAsk.get(ask);
  }

  /** Its entry may be used again. */
  release(waiting: WaitingAsk): void {
    waiting.stopTimer();
    this.#room.free(waiting.entry);
    this.forgetAsk(waiting);
    this.#byEntry.delete(waiting.entry);
    this.#free.push(waiting.entry);
  }

  /** It is decided already, but hears nothing of it: the entry stays until that is collected. */
  forgetAsk(waiting: WaitingAsk): void {
    if (this.#byAsk.get(waiting.ask) === waiting) this.#byAsk.delete(waiting.ask);
  }

  /** Tells those that are decided. */
  collect(): void {
    const decided = [...this.#early, ...this.#room.collect(this.#worker)];
    this.#early = [];
    for (const entry of decided) this.#tell(entry);
  }

  #tell(entry: number): void {
    const waiting = this.#byEntry.get(entry);
    if (!waiting) throw new Error(`entry ${entry} was decided though nobody waits with it`);
    const [state, slot] = [this.#room.stateOf(entry), this.#room.slotOf(entry)];
    if (state === entryState.granted) {
      if (!waiting.waiter.granted(waiting, slot, this.#room.isTrial(entry))) this.#early.push(entry);
      return;
    }
    this.release(waiting);
    waiting.waiter.refused(waiting);
  }

  #unused(): number | undefined {
    if (this.#used === entriesPerWorker) return undefined;
    this.#used++;
    return this.#worker * entriesPerWorker + this.#used;
  }
}
