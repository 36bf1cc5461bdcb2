// One frontend of mode http in one worker: its client connections, and what they share.

import type { Socket } from 'node:net';
import type { Frontend } from '../../model.ts';
import type { AcceptedOn, ConnectionServer, WorkerTools } from '../worker-tools.ts';
import { ClientConnection } from './client-connection.ts';
import { FrontendContext } from './frontend-context.ts';

export class HttpFrontend implements ConnectionServer {
  readonly #context: FrontendContext;
  readonly #connections = new Set<ClientConnection>();
  readonly #emptied = Promise.withResolvers<void>();

  constructor(frontend: Frontend, tools: WorkerTools) {
    this.#context = new FrontendContext(frontend, tools);
  }

  /** Client connections that are open, tunnels included. */
  get connections(): number {
    return this.#connections.size;
  }

  accept(socket: Socket, on: AcceptedOn): void {
    socket.allowHalfOpen = true;
    this.#context.counters.connectionOpened();
    const connection = new ClientConnection(this.#context, socket, on, this.#closed);
    this.#connections.add(connection);
    if (this.#context.draining) connection.drain();
  }

  update(frontend: Frontend): void {
    this.#context.update(frontend);
  }

  drain(): Promise<void> {
    this.#context.draining = true;
    for (const connection of this.#connections) connection.drain();
    this.#settle();
    return this.#emptied.promise;
  }

  close(): void {
    this.#context.draining = true;
    for (const connection of this.#connections) connection.destroy();
    this.#context.close();
    this.#settle();
  }

  readonly #closed = (connection: ClientConnection): void => {
    if (!this.#connections.delete(connection)) return;
    this.#context.counters.connectionClosed();
    this.#settle();
  };

  #settle(): void {
    if (!this.#context.draining || this.#connections.size > 0) return;
    this.#context.close();
    this.#emptied.resolve();
  }
}
