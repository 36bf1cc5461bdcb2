// One address and port that is listened on, and the connections that came in there.

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { EndpointChoice } from './endpoint-choice.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import { isLost } from './lost-endpoint.ts';
import { endpointKey, type ForwardEndpoint, type ForwardListener } from './model.ts';
import { type ConnectTo, Relay } from './relay.ts';

export interface ForwardPortTools {
  clock: Clock;
  health: EndpointHealth;
  connectTimeoutMs: number;
  connectTo: ConnectTo;
  /** Opens ports of the network around this one: resolves with a server that listens there. */
  openOutside?: (address: string, port: number) => Promise<Server>;
}

export class ForwardPort {
  readonly #tools: ForwardPortTools;
  readonly #choice: EndpointChoice;
  readonly #relays = new Set<Relay>();
  /** Endpoints of which it is being found out whether they are still there. */
  readonly #doubted = new Set<string>();
  /** Clients whose endpoint is not connected yet. */
  readonly #waiting = new Set<Socket>();
  readonly #server: Server;
  #listener: ForwardListener;
  #isClosed = false;

  constructor(listener: ForwardListener, tools: ForwardPortTools) {
    this.#tools = tools;
    this.#listener = listener;
    this.#choice = new EndpointChoice(tools.clock, tools.health);
    this.#choice.update(listener);
    const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
    this.#server = createServer(options, (client) => void this.#accept(client));
  }

  get listener(): ForwardListener {
    return this.#listener;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Rejects with the system's error; may be called again then. */
  async listen(): Promise<void> {
    const { address, port, outside } = this.#listener;
    const opened = outside ? await this.#openOutside(address, port) : undefined;
    const listening = once(this.#server, 'listening');
    this.#server.listen(opened ?? { host: address, port, backlog: 1_024 });
    await listening;
    if (this.#isClosed) await this.close();
  }

  /** Connections to endpoints that are in the model no more are reset: nobody else can carry them on. */
  update(listener: ForwardListener): void {
    this.#listener = listener;
    this.#choice.update(listener);
    const present = new Set(listener.endpoints.map(endpointKey));
    for (const relay of this.#relays) if (!present.has(endpointKey(relay.endpoint))) relay.reset();
  }

  /** Resets what is open. Resolves when the port is free. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const relay of this.#relays) relay.reset();
    for (const client of this.#waiting) client.resetAndDestroy();
    if (!this.#server.listening) return;
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #openOutside(address: string, port: number): Promise<Server> {
    const { openOutside } = this.#tools;
    if (openOutside) return openOutside(address, port);
    throw new Error(`nobody opens ports around this network, ${address}:${port} neither`);
  }

  async #accept(client: Socket): Promise<void> {
    client.on('error', () => {});
    this.#waiting.add(client);
    const from = client.remoteAddress ?? '';
    const isConnected = await this.#connect(client, from);
    this.#waiting.delete(client);
    if (!isConnected) client.resetAndDestroy();
  }

  async #connect(client: Socket, from: string): Promise<boolean> {
    const { health, connectTimeoutMs, connectTo } = this.#tools;
    for (const endpoint of this.#choice.order(from)) {
      if (client.destroyed) return false;
      const upstream = await connectTo(endpoint, connectTimeoutMs);
      if (typeof upstream === 'string') {
        health.failed(endpoint);
        if (upstream === 'silent') void this.#doubt(endpoint);
        continue;
      }
      health.answered(endpoint);
      this.#choice.chosen(from, endpoint);
      return this.#join(client, upstream, endpoint);
    }
    return false;
  }

  /** Nobody on it will say that it is gone: those who have a connection with it are told, as by one that crashed. */
  async #doubt(endpoint: ForwardEndpoint): Promise<void> {
    const key = endpointKey(endpoint);
    const relays = () => [...this.#relays].filter((relay) => endpointKey(relay.endpoint) === key);
    if (this.#doubted.has(key) || relays().length === 0) return;
    this.#doubted.add(key);
    const heard = () => relays().reduce((sum, relay) => sum + relay.heard, 0);
    const { connectTo, connectTimeoutMs } = this.#tools;
    const gone = await isLost(endpoint, heard, connectTo, connectTimeoutMs);
    this.#doubted.delete(key);
    if (gone) for (const relay of relays()) relay.reset();
  }

  /** False when it is too late: somebody has gone while the connection was made. */
  #join(client: Socket, upstream: Socket, endpoint: ForwardEndpoint): boolean {
    const isThere = this.#listener.endpoints.some((one) => endpointKey(one) === endpointKey(endpoint));
    if (client.destroyed || !isThere || this.#isClosed) {
      upstream.resetAndDestroy();
      return false;
    }
    const relay: Relay = new Relay(client, upstream, endpoint, () => this.#relays.delete(relay));
    this.#relays.add(relay);
    return true;
  }
}
