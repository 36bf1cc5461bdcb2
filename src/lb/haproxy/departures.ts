// Servers that leave: who has nothing left to do is told of, and who has not when its time is over is cut off.

import type { Clock } from '../../base/clock.ts';
import type { LbModel, Server } from '../model.ts';

interface Departing {
  readonly backend: string;
  readonly server: Server;
  /** On the monotonic clock. */
  readonly deadline: number;
  isTold: boolean;
}

export interface DepartureTools {
  /** Requests and connections that it has, in all processes. */
  inFlight(backend: string, server: Server): Promise<number>;
  /** Ends them. */
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
        this.#departing.set(key, { backend: name, server, deadline, isTold: false });
      }
    }
  }

  async look(): Promise<void> {
    const waiting = [...this.#departing.values()].filter(({ isTold }) => !isTold);
    await Promise.all(waiting.map((one) => this.#lookAt(one)));
  }

  async #lookAt(one: Departing): Promise<void> {
    const { backend, server, deadline } = one;
    if ((await this.#tools.inFlight(backend, server)) === 0) {
      if (one.isTold) return;
      one.isTold = true;
      this.#tools.departed(backend, server);
    } else if (this.#clock.monotonic() >= deadline) {
      await this.#tools.cut(backend, server);
    }
  }

  #deadline({ departBy }: Server, drainMs: number): number {
    const left = departBy === undefined ? drainMs : Math.min(drainMs, departBy - this.#clock.now());
    return this.#clock.monotonic() + Math.max(0, left);
  }
}
