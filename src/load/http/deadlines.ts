// One timer for the time-outs of all connections of a process. Putting a deadline off is an assignment: whoever is watched is looked at when
// its first deadline is over, and again at the one it has by then.

import { systemClock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';

/** How late a time-out comes at most, beside what keeps the process busy. */
const resolutionMs = 10;

export interface Watched {
  /** In the time of Deadlines; Infinity: none at present. */
  deadline: number;
  /** The slot in which it will be looked at. Belongs to Deadlines; -1 at first. */
  slot: number;
  /** The deadline is over; it is not watched any more. */
  expired(): void;
}

export interface DeadlineTime {
  now(): number;
  after(ms: number, fn: () => void): () => void;
}

export class Deadlines {
  readonly #time: DeadlineTime;
  readonly #slots = new Map<number, Set<Watched>>();
  /** Slots up to here are over. */
  #over = 0;
  #isTicking = false;

  constructor(time: DeadlineTime = { now: machineTime, after: systemClock.after }) {
    this.#time = time;
  }

  /** To be called when a deadline is set where there was none, or one comes nearer; later ones need no call. */
  watch(watched: Watched): void {
    const slot = Math.max(Math.ceil(watched.deadline / resolutionMs), this.#over + 1);
    if (watched.slot >= 0 && watched.slot <= slot) return;
    this.forget(watched);
    watched.slot = slot;
    const others = this.#slots.get(slot);
    if (others !== undefined) others.add(watched);
    else this.#slots.set(slot, new Set([watched]));
    if (!this.#isTicking) this.#begin();
  }

  /** It will have no deadline any more: nothing of it is kept. */
  forget(watched: Watched): void {
    const others = this.#slots.get(watched.slot);
    if (others?.delete(watched) && others.size === 0) this.#slots.delete(watched.slot);
    watched.slot = -1;
  }

  /** How many slots wait. */
  get waiting(): number {
    return this.#slots.size;
  }

  #begin(): void {
    this.#isTicking = true;
    this.#over = Math.floor(this.#time.now() / resolutionMs) - 1;
    this.#time.after(resolutionMs, () => this.#tick());
  }

  #tick(): void {
    const now = this.#time.now();
    const last = Math.floor(now / resolutionMs);
    while (this.#over < last) this.#look(++this.#over, now);
    this.#isTicking = this.#slots.size > 0;
    if (this.#isTicking) this.#time.after(resolutionMs, () => this.#tick());
  }

  #look(slot: number, now: number): void {
    const due = this.#slots.get(slot);
    if (due === undefined) return;
    this.#slots.delete(slot);
    for (const watched of due) {
      watched.slot = -1;
      if (watched.deadline <= now) watched.expired();
      else if (watched.deadline !== Number.POSITIVE_INFINITY) this.watch(watched);
    }
  }
}

/** Of this process. */
export const deadlines = new Deadlines();
