// A worker thread that hammers the shared state of the embedded engine, and says in the end what it has seen.

import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Ask, Dispatch, Grant, Observation, Refusal } from '../../src/lb/embedded/dispatch.ts';
import type { WorkerInit, WorkerPlan } from '../../src/lb/embedded/state/worker-plan.ts';
import { WorkerState } from '../../src/lb/embedded/state/worker-state.ts';

export interface HammerOrders {
  readonly init: WorkerInit;
  /** Word 0: who holds a slot now. Word 1: the next number of an order that all workers share. */
  readonly words: SharedArrayBuffer;
  readonly requests: number;
  /** Asks of this worker that may be open at once. */
  readonly atOnce: number;
  /** Undefined: every request asks for any server, is answered, and nobody goes away. */
  readonly seed?: number;
  /**
   * Asks come at the same moment in all workers, and the next only when all of these are over: nobody else wakes who was forgotten. Ends
   * after so long, or with `requests`.
   */
  readonly inStepMs?: number;
  readonly servers: readonly string[];
}

export interface HammerReport {
  /** Times at which somebody else had a slot as well. */
  readonly overlaps: number;
  readonly granted: number;
  readonly refused: number;
  readonly cancelled: number;
  /** Told more than once, or after they had been cancelled. */
  readonly wronglyTold: number;
  /** [before the ask, once it waited, at the grant] in the common order; Infinity for one that did not wait. */
  readonly grants: readonly (readonly [number, number, number])[];
}

const orders = workerData as HammerOrders;
const words = new Int32Array(orders.words);
const state = new WorkerState(orders.init);
const random = orders.seed === undefined ? () => 1 : mulberry32(orders.seed);
const counts = { overlaps: 0, granted: 0, refused: 0, cancelled: 0, wronglyTold: 0 };
const grants: [number, number, number][] = [];

parentPort?.on('message', (plan: WorkerPlan) => state.update(plan));

class Hammered implements Ask {
  readonly clientAddress = `10.0.0.${Math.floor(random() * 200)}`;
  readonly persisted = random() < 0.3 ? pick(orders.servers) : undefined;
  readonly failedOn = random() < 0.1 ? [pick(orders.servers)] : [];
  readonly since = performance.now();
  readonly over = Promise.withResolvers<void>();
  readonly #dispatch: Dispatch;
  #isTold = false;
  #before = 0;
  #after = Number.POSITIVE_INFINITY;

  constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch;
  }

  begin(): void {
    this.#before = Atomics.add(words, 1, 1);
    const answer = this.#dispatch.ask(this);
    if (answer === 'waiting') this.#wait();
    else if ('slot' in answer) this.granted(answer);
    else this.refused(answer);
  }

  granted(grant: Grant): void {
    this.#tell('granted');
    if (Atomics.add(words, 0, 1) !== 0) counts.overlaps++;
    if (orders.seed === undefined) grants.push([this.#before, this.#after, Atomics.add(words, 1, 1)]);
    if (orders.inStepMs) this.#giveBack(grant);
    else void this.#use(grant);
  }

  refused(_refusal: Refusal): void {
    this.#tell('refused');
    this.over.resolve();
  }

  #wait(): void {
    this.#after = Atomics.add(words, 1, 1);
    if (random() >= 0.1) return;
    void turn().then(() => {
      if (this.#isTold) return;
      this.#dispatch.cancel(this);
      this.#tell('cancelled');
      this.over.resolve();
    });
  }

  async #use(grant: Grant): Promise<void> {
    if (orders.seed === undefined || random() < 0.7) await turn();
    this.#giveBack(grant);
  }

  #giveBack(grant: Grant): void {
    Atomics.sub(words, 0, 1);
    this.#dispatch.release(grant, this.#seen());
    this.over.resolve();
  }

  #seen(): Observation {
    const lot = orders.seed === undefined ? 1 : random();
    if (lot < 0.01) return { type: 'refused' };
    if (lot < 0.03) return { type: 'reset' };
    if (lot < 0.06) return { type: 'unused' };
    return { type: 'answered', status: lot < 0.1 ? 503 : 200 };
  }

  #tell(what: 'granted' | 'refused' | 'cancelled'): void {
    if (this.#isTold) counts.wronglyTold++;
    this.#isTold = true;
    counts[what]++;
  }
}

async function request(): Promise<void> {
  const dispatch = state.dispatch('web');
  if (!dispatch) throw new Error('there is no backend web');
  const ask = new Hammered(dispatch);
  ask.begin();
  await ask.over.promise;
}

const began = performance.now();

/** Resolves when all workers have come here as often as this one; with false when time is over, for all in the same round. */
async function everybody(inMs: number): Promise<boolean> {
  const isOver = performance.now() - began > inMs;
  const round = Math.floor(Atomics.add(words, 2, 1) / orders.init.workers);
  // For the next round: in this one others may have gone on.
  if (isOver) Atomics.compareExchange(words, 3, 0, round + 1);
  // Spinning, so that all go on within the same microsecond; but not for ever, there may be fewer cores.
  for (let spins = 0; Atomics.load(words, 2) < (round + 1) * orders.init.workers; spins++) {
    if (spins % 1_000 === 999) await turn();
  }
  const last = Atomics.load(words, 3);
  return last === 0 || round < last;
}

async function hammer(): Promise<void> {
  let left = orders.requests;
  const one = async () => {
    while (left-- > 0) {
      if (orders.inStepMs && !(await everybody(orders.inStepMs))) return;
      await request();
      if (random() < 0.3) await turn();
    }
  };
  await Promise.all(Array.from({ length: orders.atOnce }, one));
  parentPort?.postMessage({ ...counts, grants } satisfies HammerReport);
}

function pick<T>(list: readonly T[]): T {
  return list[Math.min(list.length - 1, Math.floor(random() * list.length))] as T;
}

/** A small generator of numbers that a seed repeats. */
function mulberry32(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value + 0x6d2b79f5) | 0;
    let mixed = Math.imul(value ^ (value >>> 15), 1 | value);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

void hammer();
