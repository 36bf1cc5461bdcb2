// Servers that leave: who has nothing left to do is told of. When the time of one is over its tunnels end, and it is told of, too: what it
// still has to answer it may answer, as long as it lives.

import type { Clock } from '../../base/clock.ts';
import type { LbModel, Server } from '../model.ts';

/** For tunnels to end when they were told to. */
const tunnelsEndWithinMs = 1_000;

interface Departing {
  readonly backend: string;
  readonly server: Server;
  /** On the monotonic clock. */
  readonly deadline: number;
  /** When its tunnels were told to end, likewise. */
  cutAt?: number;
  isTold: boolean;
}

export interface DepartureTools {
  /** Requests and connections that it has, in all processes. */
  inFlight(backend: string, server: Server): Promise<number>;
  /** Ends its tunnels and connections of mode tcp. */
  cut(backend: string, server: Server): Promise<void>;
  departed(backend: string, server: Server): void;
}

export class Departures {
  readonly #clock: Clock;
  readonly #tools: DepartureTools;
  #departing = new Map<string, Departing>();

  constructor(clock: Clock, tools: DepartureTools) {
    this.#clock = clock;
    this.#tools = tools;
  }

  /** Whether somebody is still on the way. */
  get isWaiting(): boolean {
    return [...this.#departing.values()].some(({ isTold }) => !isTold);
  }

  /** A model that is in force. Each tells anew of those that are done. */
  update(model: LbModel): void {
    const before = this.#departing;
    this.#departing = new Map();
    for (const { name, drainMs, servers } of model.backends) {
      for (const server of servers.filter(({ state }) => state === 'departing')) {
        const key = JSON.stringify([name, server.id]);
        const deadline = Math.min(
          before.get(key)?.deadline ?? this.#deadline(server, drainMs),
          this.#deadline(server, drainMs),
        );
        const cutAt = before.get(key)?.cutAt;
        this.#departing.set(key, { backend: name, server, deadline, cutAt, isTold: false });
      }
    }
  }

  async look(): Promise<void> {
    const waiting = [...this.#departing.values()].filter(({ isTold }) => !isTold);
    await Promise.all(waiting.map((one) => this.#lookAt(one)));
  }

  async #lookAt(one: Departing): Promise<void> {
    const { backend, server, deadline, cutAt } = one;
    const now = this.#clock.monotonic();
    const isOver = cutAt !== undefined && now - cutAt >= tunnelsEndWithinMs;
    if (isOver || (await this.#tools.inFlight(backend, server)) === 0) {
      if (one.isTold) return;
      one.isTold = true;
      this.#tools.departed(backend, server);
    } else if (now >= deadline && cutAt === undefined) {
      one.cutAt = now;
      await this.#tools.cut(backend, server);
    }
  }

  #deadline({ departBy }: Server, drainMs: number): number {
    const left = departBy === undefined ? drainMs : Math.min(drainMs, departBy - this.#clock.now());
    return this.#clock.monotonic() + Math.max(0, left);
  }
}
