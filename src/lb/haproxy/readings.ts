// How much of a backend is read: the servers that something became of, and now and then all of them, for what HAProxy does not tell of, such
// as the weight that an agent reports. Reading a thousand servers takes HAProxy and us ten milliseconds.

import type { Clock } from '../../base/clock.ts';
import type { Backend, Server } from '../model.ts';
import { hasWaitingRoom, waitingRoom } from './config/waiting-room.ts';
import type { Generations } from './generations.ts';
import type { Sample } from './sample.ts';

/** Of so few everything is read at once. */
const few = 8;
/** For each server that was read nobody reads everything again: fifty times what it takes HAProxy and us. */
const restPerServerMs = 0.5;

export interface Reading {
  readonly sample: Sample;
  /** Those that it has. */
  readonly servers: readonly Server[];
}

export class Readings {
  readonly #clock: Clock;
  readonly #generations: Pick<Generations, 'sampleBackend'>;
  /** When each backend may be read as a whole again, on the monotonic clock. */
  readonly #wholeAt = new Map<string, number>();

  constructor(clock: Clock, generations: Pick<Generations, 'sampleBackend'>) {
    this.#clock = clock;
    this.#generations = generations;
  }

  /** Of those backends that are there. */
  update(backends: readonly Backend[]): void {
    const names = new Set(backends.map(({ name }) => name));
    for (const name of this.#wholeAt.keys()) if (!names.has(name)) this.#wholeAt.delete(name);
  }

  /** `servers` were touched, `entries` are theirs; `isWatched` is whether the others are to be known, too. */
  async of(
    backend: Backend,
    servers: readonly Server[],
    entries: Iterable<string>,
    isWatched: boolean,
  ): Promise<Reading> {
    const { name, servers: all } = backend;
    const isCheap = all.length <= Math.max(few, servers.length * 4);
    if (!isCheap && !(isWatched && this.#isRested(name))) {
      // Demand is told with it.
      const some = hasWaitingRoom(backend) ? [...entries, waitingRoom] : entries;
      return { sample: await this.#generations.sampleBackend(name, some), servers };
    }
    this.#wholeAt.set(name, this.#clock.monotonic() + all.length * restPerServerMs);
    return { sample: await this.#generations.sampleBackend(name), servers: all };
  }

  #isRested(name: string): boolean {
    return this.#clock.monotonic() >= (this.#wholeAt.get(name) ?? 0);
  }
}
