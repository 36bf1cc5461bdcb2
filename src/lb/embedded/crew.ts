// The worker threads of the engine process, as its main thread sees them: they get the same orders in the same order, and count as one.

import { Worker } from 'node:worker_threads';
import { entryUrl } from '../../base/entry.ts';
import type { Problem } from '../engine.ts';
import { newBalanceMemory } from './accept-balance.ts';
import { newConnectionMemory } from './connection-slots.ts';
import type { Entrance, PortRefused, WorkerOrder, WorkerReply } from './engine-messages.ts';
import { newPulseMemory, PulseWatch } from './pulse.ts';
import type { WorkerInit, WorkerPlan } from './state/worker-plan.ts';

interface Round {
  missing: number;
  readonly problems: Map<string, Problem>;
  done(problems: readonly Problem[]): void;
}

export interface CrewOptions {
  /** A thread that dies takes what it had in flight with it, and nobody knows what that was. */
  onDeath(reason: Error): void;
  onRefusedPort(refused: PortRefused): void;
}

const lookEveryMs = 1_000;
const mostMissedLooks = 5;

export class Crew {
  /** Resolves when all have let their connections go, after drain(). */
  readonly drained: Promise<void>;
  readonly #workers: readonly Worker[];
  readonly #rounds = new Map<number, Round>();
  readonly #onDeath: (reason: Error) => void;
  readonly #onRefusedPort: (refused: PortRefused) => void;
  #orders = 0;
  #busy: number;
  #tellDrained = () => {};

  constructor(size: number, { onDeath, onRefusedPort }: CrewOptions) {
    this.#busy = size;
    this.#onDeath = onDeath;
    this.#onRefusedPort = onRefusedPort;
    this.drained = new Promise((resolve) => {
      this.#tellDrained = resolve;
    });
    this.#workers = Array.from({ length: size }, (_, index) => {
      const worker = new Worker(entryUrl('lb/embedded/engine-worker'), {
        // Without the program's own flags: some (--input-type) forbid a worker that is a file.
        ...{ name: `lb-${index}`, execArgv: [] },
        // What a request leaves behind is gone when its answer is sent: four times as much room was no quicker, and 50 MB a worker.
        resourceLimits: { maxYoungGenerationSizeMb: 12 },
      });
      worker.on('message', (reply: WorkerReply) => this.#hear(reply));
      worker.on('error', onDeath);
      worker.on('exit', (code) => onDeath(new Error(`worker ${index} ended with code ${code}`)));
      return worker;
    });
  }

  /** Resolves with the problems of all, each once. To be called before anything else but give(). */
  begin(entrance: Entrance, initOf: (worker: number) => WorkerInit): Promise<readonly Problem[]> {
    const size = this.#workers.length;
    const pulse = newPulseMemory(size);
    const memory = { connections: newConnectionMemory(), balance: newBalanceMemory(size), pulse };
    this.#watch(new PulseWatch(pulse));
    return this.#round((apply, worker) => ({ apply, ...memory, entrance, init: initOf(worker) }));
  }

  /** `entrance`: undefined is as before. */
  update(plan: WorkerPlan, entrance: Entrance | undefined): Promise<readonly Problem[]> {
    return this.#round((apply) => ({ apply, plan, entrance }));
  }

  /** The descriptor is the worker's from now on: it closes it. */
  give(worker: number, port: string, fd: number): void {
    this.#workers[worker]?.postMessage({ port, fd } satisfies WorkerOrder);
  }

  drain(): void {
    for (const worker of this.#workers) worker.postMessage({ drain: true } satisfies WorkerOrder);
  }

  #round(order: (id: number, worker: number) => WorkerOrder): Promise<readonly Problem[]> {
    const id = ++this.#orders;
    for (const [index, worker] of this.#workers.entries()) worker.postMessage(order(id, index));
    return new Promise((done) => {
      this.#rounds.set(id, { missing: this.#workers.length, problems: new Map(), done });
    });
  }

  /** Looks are counted, not time: a process that stood still as a whole has missed one. */
  #watch(pulse: PulseWatch): void {
    const look = () => {
      const stuck = pulse.look(mostMissedLooks);
      if (stuck !== undefined) this.#onDeath(new Error(`worker ${stuck} does not answer any more`));
    };
    setInterval(look, lookEveryMs).unref();
  }

  #hear(reply: WorkerReply): void {
    if ('applied' in reply) this.#settle(reply.applied, reply.problems);
    else if ('refusedPort' in reply) this.#onRefusedPort(reply);
    else this.#finish();
  }

  #settle(id: number, problems: readonly Problem[]): void {
    const round = this.#rounds.get(id);
    if (!round) return;
    for (const problem of problems) round.problems.set(`${problem.subject} ${problem.message}`, problem);
    round.missing -= 1;
    if (round.missing > 0) return;
    this.#rounds.delete(id);
    round.done([...round.problems.values()]);
  }

  #finish(): void {
    this.#busy -= 1;
    if (this.#busy === 0) this.#tellDrained();
  }
}
