// In which order the endpoints of one listener are tried for a connection: in turn, the client's own first, those that failed last.

import type { Clock } from '../../base/clock.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import { endpointKey, type ForwardEndpoint, type ForwardListener } from './model.ts';

interface Affinity {
  key: string;
  until: number;
}

/** Clients beyond it are forgotten, the one that was not seen for longest first. */
const mostClients = 10_000;

export class EndpointChoice {
  readonly #clock: Clock;
  readonly #health: EndpointHealth;
  readonly #affinities = new Map<string, Affinity>();
  #endpoints: readonly ForwardEndpoint[] = [];
  #affinityMs: number | undefined;
  #turn = 0;

  constructor(clock: Clock, health: EndpointHealth) {
    this.#clock = clock;
    this.#health = health;
  }

  update({ endpoints, affinityMs }: ForwardListener): void {
    this.#endpoints = endpoints.filter(({ draining }) => !draining);
    this.#affinityMs = affinityMs;
    if (affinityMs === undefined) this.#affinities.clear();
  }

  /** Each once. Those that are out come last: they are better than nothing. */
  order(client: string): ForwardEndpoint[] {
    const count = this.#endpoints.length;
    if (count === 0) return [];
    const start = this.#turn++ % count;
    const turned = [...this.#endpoints.slice(start), ...this.#endpoints.slice(0, start)];
    const own = this.#affinityOf(client);
    const rank = (endpoint: ForwardEndpoint) =>
      this.#health.isOut(endpoint) ? 2 : endpointKey(endpoint) === own ? 0 : 1;
    return turned.sort((a, b) => rank(a) - rank(b));
  }

  /** The client's connection went to this endpoint. */
  chosen(client: string, endpoint: ForwardEndpoint): void {
    if (this.#affinityMs === undefined) return;
    this.#affinities.delete(client);
    this.#affinities.set(client, {
      key: endpointKey(endpoint),
      until: this.#clock.monotonic() + this.#affinityMs,
    });
    const [oldest] = this.#affinities.keys();
    if (this.#affinities.size > mostClients && oldest !== undefined) this.#affinities.delete(oldest);
  }

  #affinityOf(client: string): string | undefined {
    const affinity = this.#affinities.get(client);
    return affinity && affinity.until > this.#clock.monotonic() ? affinity.key : undefined;
  }
}
