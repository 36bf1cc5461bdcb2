// One frontend in one worker, whatever its mode: its connections, its limit of them, and whose PROXY headers it takes.

import type { Socket } from 'node:net';
import { AddressRanges } from '../address-ranges.ts';
import type { Frontend } from '../model.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { HttpFrontend } from './exchange/http-frontend.ts';
import { awaitProxyHeader } from './proxy-header-reader.ts';
import { TcpFrontend } from './tcp-frontend.ts';
import type { ProxyHeader } from './wire/proxy-protocol.ts';
import type { AcceptedOn, ConnectionServer, Proxied, WorkerTools } from './worker-tools.ts';

export class ServedFrontend {
  readonly #tools: WorkerTools;
  readonly #connections: ConnectionServer;
  readonly #memory: SharedArrayBuffer;
  #frontend: Frontend;
  #limit: ConnectionLimit | undefined;
  #slot: number | undefined;
  #proxies: AddressRanges | undefined;

  /** `memory`: see connection-slots.ts. */
  constructor(frontend: Frontend, tools: WorkerTools, memory: SharedArrayBuffer, slot: number | undefined) {
    this.#tools = tools;
    this.#memory = memory;
    this.#frontend = frontend;
    this.#connections =
      frontend.mode === 'http' ? new HttpFrontend(frontend, tools) : new TcpFrontend(frontend, tools);
    this.#take(frontend, slot);
  }

  get frontend(): Frontend {
    return this.#frontend;
  }

  update(frontend: Frontend, slot: number | undefined): void {
    this.#take(frontend, slot);
    this.#connections.update(frontend);
  }

  /** A connection that has come in: `proceed` when there is room for it and it is known whose it is. */
  arrive(socket: Socket, proceed: (proxied: Proxied | undefined) => void): void {
    if (this.#limit) this.#limit.enter(socket, () => this.#identify(socket, proceed));
    else this.#identify(socket, proceed);
  }

  /** One that is ready for its first request. */
  accept(socket: Socket, on: AcceptedOn): void {
    this.#connections.accept(socket, on);
  }

  /** Takes nothing more. Resolves when all connections have ended. */
  drain(): Promise<void> {
    this.#limit?.close();
    return this.#connections.drain();
  }

  #take(frontend: Frontend, slot: number | undefined): void {
    const { maxconn, proxyProtocolFrom } = frontend;
    this.#frontend = frontend;
    this.#proxies = proxyProtocolFrom.length > 0 ? new AddressRanges(proxyProtocolFrom) : undefined;
    if (slot === this.#slot) {
      this.#limit?.update(maxconn ?? Number.POSITIVE_INFINITY);
      return;
    }
    // Those that the old one holds are admitted under the old one: it has no limit any more.
    this.#limit?.update(Number.POSITIVE_INFINITY);
    this.#slot = slot;
    this.#limit =
      slot === undefined || maxconn === undefined
        ? undefined
        : new ConnectionLimit(this.#memory, slot, maxconn);
  }

  #identify(socket: Socket, proceed: (proxied: Proxied | undefined) => void): void {
    const sendsHeader = this.#proxies?.has(socket.remoteAddress ?? '') === true;
    if (sendsHeader) this.#awaitHeader(socket, proceed);
    else proceed(undefined);
  }

  #awaitHeader(socket: Socket, proceed: (proxied: Proxied | undefined) => void): void {
    awaitProxyHeader(socket, this.#frontend.timeouts.clientMs, (header) => {
      if ('reason' in header) this.#refuse(socket);
      else proceed(proxiedBy(header));
    });
  }

  /** Nothing that one could answer to. */
  #refuse(socket: Socket): void {
    const counters = this.#tools.state.frontend(this.#frontend.name);
    counters.connectionOpened();
    counters.requestBegan();
    counters.requestEnded('clientError', 0, socket.bytesRead, 0);
    counters.connectionClosed();
    socket.destroy();
  }
}

function proxiedBy({ source, destination }: ProxyHeader): Proxied | undefined {
  if (!source || !destination) return undefined;
  return {
    sourceAddress: source.address,
    sourcePort: source.port,
    destinationAddress: destination.address,
    destinationPort: destination.port,
  };
}
