// One server as a thread sees it: what the model says, and its words in the shared memory.

import type { Candidate } from '../../balance/candidate.ts';
import { serverLimit } from '../../dynamic-limit.ts';
import type { Backend } from '../../model.ts';
import { backendWord, serverFlag, serverWord, unlimited, weightScale } from './records.ts';
import type { ServerPlan } from './worker-plan.ts';

const { admits, serves, called, down, ejected, trial } = serverFlag;

/** The words of its backend, and what of its settings limits servers. */
export interface CellSurroundings {
  readonly words: Int32Array;
  readonly settings: Backend;
}

export class ServerCell implements Candidate {
  readonly slot: number;
  readonly words: Int32Array;
  readonly reals: Float64Array;
  readonly #around: CellSurroundings;
  #plan: ServerPlan;
  /** What inFlight() said last. */
  #seen = 0;
  /** As of the last refresh of the backend. */
  weight = 0;
  /** Whether anyone may be sent to it, as of the last refresh. */
  isOpen = false;
  /** When its backend was ordered last with it: see backend-view.ts. */
  round = 0;

  constructor(plan: ServerPlan, around: CellSurroundings, words: Int32Array, reals: Float64Array) {
    this.slot = plan.slot;
    this.#plan = plan;
    this.#around = around;
    this.words = words;
    this.reals = reals;
  }

  get id(): string {
    return this.#plan.id;
  }

  get plan(): ServerPlan {
    return this.#plan;
  }

  /** It has another name or role; slot, id and address are the same. */
  rename(plan: ServerPlan): void {
    this.#plan = plan;
  }

  get flags(): number {
    return Atomics.load(this.words, serverWord.flags);
  }

  inFlight(): number {
    this.#seen = Atomics.load(this.words, serverWord.inFlight);
    return this.#seen;
  }

  /** Ready and healthy: nobody needs the sorry page because of it. */
  isUsable(flags = this.flags): boolean {
    return (flags & (serves | down | ejected)) === serves;
  }

  isCalled(flags = this.flags): boolean {
    return (flags & called) !== 0;
  }

  /** Nobody but one request may go to it, which shows whether it is well again. */
  isTried(flags = this.flags): boolean {
    return (flags & (serves | down | ejected | trial)) === (serves | ejected | trial);
  }

  /** Whether those whose server it is may go to it. */
  admits(): boolean {
    const flags = this.flags & (admits | down | ejected | trial);
    return flags === admits || flags === (admits | ejected | trial);
  }

  /** As admits(), but nobody waits for one that another request is trying: it may come to nothing. */
  isWorthWaiting(): boolean {
    return this.admits() && (!this.isTried() || this.hasRoom());
  }

  /** Asked of every server for every request in balance leastconn: the flags are read once, and mostly that is all. */
  hasRoom(): boolean {
    const flags = this.flags & (admits | down | ejected | trial);
    if (flags !== admits && !this.#isFreeTrial(flags)) return false;
    return this.inFlight() < this.limit();
  }

  /** What its limit may grow to; `unlimited` for none. */
  maxconn(): number {
    return Atomics.load(this.words, serverWord.limit);
  }

  /** Of the moment; what minconn makes of it is for the load that there is. */
  limit(): number {
    const limit = Atomics.load(this.words, serverWord.limit);
    const { minconn, fullconn } = this.#around.settings;
    if (!minconn || !fullconn || limit === unlimited) return limit;
    const { words } = this.#around;
    // Those that wait are load as well: with fewer in flight than the limit needs to grow they would wait for each other.
    const load = Atomics.load(words, backendWord.inFlight) + Atomics.load(words, backendWord.queued);
    return serverLimit({ maxconn: limit, minconn, fullconn }, load);
  }

  /**
   * Takes a slot: false when there is none. Whoever closes the server first clears its flags and then reads how many are in flight; here it
   * is the other way round. So either they see us, or we see that it is closed: a server that was found empty stays empty.
   * `asSeen`: only if as many are in flight as when it was chosen; else somebody came in between, and another would be chosen now.
   */
  take(asSeen = false): 'taken' | 'onTrial' | false {
    const onTrial = (this.flags & ejected) !== 0;
    if (onTrial && Atomics.compareExchange(this.words, serverWord.trial, 0, 1) !== 0) return false;
    if (this.#add(asSeen ? this.#seen : undefined)) {
      if (this.admits()) return onTrial ? 'onTrial' : 'taken';
      this.#subtract();
    }
    if (onTrial) Atomics.store(this.words, serverWord.trial, 0);
    return false;
  }

  /** The slot of a request that is through with it. Whoever waits for it has to be looked for afterwards. */
  giveBack(): void {
    this.#subtract();
  }

  #isFreeTrial(flags: number): boolean {
    const isTried = flags === (admits | ejected | trial);
    return isTried && Atomics.load(this.words, serverWord.trial) === 0;
  }

  #add(expected?: number): boolean {
    const limit = this.limit();
    let seen = expected ?? this.inFlight();
    for (;;) {
      if (seen >= limit || (expected !== undefined && seen !== expected)) return false;
      const now = Atomics.compareExchange(this.words, serverWord.inFlight, seen, seen + 1);
      if (now === seen) break;
      seen = now;
    }
    raise(this.words, serverWord.mostInFlight, seen + 1);
    const { words } = this.#around;
    raise(words, backendWord.mostInFlight, Atomics.add(words, backendWord.inFlight, 1) + 1);
    return true;
  }

  #subtract(): void {
    Atomics.sub(this.words, serverWord.inFlight, 1);
    Atomics.sub(this.#around.words, backendWord.inFlight, 1);
  }

  /** Reads what a choice goes by. */
  refresh(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.weight = Atomics.load(this.words, serverWord.weight) / weightScale;
  }
}

/** Makes the word `value`, unless it is more. */
export function raise(words: Int32Array, at: number, value: number): void {
  let seen = Atomics.load(words, at);
  while (seen < value) {
    const now = Atomics.compareExchange(words, at, seen, value);
    if (now === seen) return;
    seen = now;
  }
}
