// One frontend of mode tcp in one worker: each connection goes to a server of its default backend, byte for byte. Its statistics count
// connections where those of mode http count requests.

import type { Socket } from 'node:net';
import type { Frontend } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import type { Dispatch, FrontendCounters } from './dispatch.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { AcceptedOn, ConnectionServer, Proxied, WorkerTools } from './worker-tools.ts';

interface Served {
  readonly connections: Set<TcpConnection>;
  readonly unsubscribe: () => void;
}

export class TcpFrontend implements ConnectionServer {
  readonly #tools: WorkerTools;
  readonly #counters: FrontendCounters;
  /** Connections by the backend that they went to: one that left the model may still have some. */
  readonly #served = new Map<Dispatch, Served>();
  readonly #emptied = Promise.withResolvers<void>();
  #backend: string | undefined;
  #isDraining = false;

  constructor(frontend: Frontend, tools: WorkerTools) {
    this.#tools = tools;
    this.#counters = tools.state.frontend(frontend.name);
    this.#backend = frontend.defaultBackend;
  }

  accept(socket: Socket, { proxied }: AcceptedOn): void {
    this.#counters.connectionOpened();
    this.#counters.requestBegan();
    const dispatch = this.#backend === undefined ? undefined : this.#tools.state.dispatch(this.#backend);
    if (!dispatch || this.#isDraining) this.#turnAway(socket);
    else this.#serve(socket, proxied, dispatch);
  }

  #serve(socket: Socket, proxied: Proxied | undefined, dispatch: Dispatch): void {
    const { connections } = this.#servedBy(dispatch);
    const address = proxied?.sourceAddress ?? socket.remoteAddress ?? '';
    const connection = new TcpConnection(socket, address, dispatch, ({ outcome, bytesIn, bytesOut }) => {
      this.#count(outcome, bytesIn, bytesOut);
      this.#forget(dispatch, connection);
    });
    connections.add(connection);
    connection.start();
  }

  update(frontend: Frontend): void {
    this.#backend = frontend.defaultBackend;
  }

  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#served.size === 0) this.#emptied.resolve();
    return this.#emptied.promise;
  }

  close(): void {
    for (const { connections } of [...this.#served.values()]) {
      for (const connection of [...connections]) connection.close();
    }
  }

  /** There is nobody to say why to. */
  #turnAway(socket: Socket): void {
    this.#count(this.#isDraining ? 'serverError' : 'clientError', 0, 0);
    socket.on('error', () => {});
    socket.destroy();
  }

  #count(outcome: Outcome, bytesIn: number, bytesOut: number): void {
    this.#counters.requestEnded(outcome, 0, bytesIn, bytesOut);
    this.#counters.connectionClosed();
  }

  #servedBy(dispatch: Dispatch): Served {
    const known = this.#served.get(dispatch);
    if (known) return known;
    const connections = new Set<TcpConnection>();
    const unsubscribe = dispatch.lost.subscribe((lost) => {
      for (const connection of [...connections]) connection.lose(lost);
    });
    const served = { connections, unsubscribe };
    this.#served.set(dispatch, served);
    return served;
  }

  #forget(dispatch: Dispatch, connection: TcpConnection): void {
    const served = this.#served.get(dispatch);
    served?.connections.delete(connection);
    if (!served || served.connections.size > 0) return;
    served.unsubscribe();
    this.#served.delete(dispatch);
    if (this.#isDraining && this.#served.size === 0) this.#emptied.resolve();
  }
}
