// One frontend of mode tcp in one worker: each connection goes to a server of its default backend, byte for byte. Its statistics count
// connections where those of mode http count requests.

import type { Socket } from 'node:net';
import type { AccessLogEntry } from '../access-log/entry.ts';
import { tcplogLine } from '../access-log/httplog-line.ts';
import { jsonLine } from '../access-log/json-line.ts';
import type { Frontend } from '../model.ts';
import type { Dispatch, FrontendCounters } from './dispatch.ts';
import { TcpConnection, type TcpEnding } from './tcp-connection.ts';
import type { AcceptedOn, ConnectionServer, WorkerTools } from './worker-tools.ts';

interface Peer {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}

interface Served {
  readonly connections: Set<TcpConnection>;
  readonly unsubscribe: () => void;
}

export class TcpFrontend implements ConnectionServer {
  readonly #name: string;
  readonly #tools: WorkerTools;
  readonly #counters: FrontendCounters;
  /** Connections by the backend that they went to: one that left the model may still have some. */
  readonly #served = new Map<Dispatch, Served>();
  readonly #emptied = Promise.withResolvers<void>();
  #backend: string | undefined;
  #isDraining = false;

  constructor(frontend: Frontend, tools: WorkerTools) {
    this.#name = frontend.name;
    this.#tools = tools;
    this.#counters = tools.state.frontend(frontend.name);
    this.#backend = frontend.defaultBackend;
  }

  accept(socket: Socket, on: AcceptedOn): void {
    this.#counters.connectionOpened();
    this.#counters.requestBegan();
    const peer = peerOf(socket, on);
    const dispatch = this.#backend === undefined ? undefined : this.#tools.state.dispatch(this.#backend);
    if (!dispatch || this.#isDraining) this.#turnAway(socket, peer);
    else this.#serve(socket, peer, dispatch);
  }

  #serve(socket: Socket, peer: Peer, dispatch: Dispatch): void {
    const { connections } = this.#servedBy(dispatch);
    const connection = new TcpConnection(socket, peer.address, dispatch, {
      moved: (bytesIn, bytesOut) => this.#counters.moved(bytesIn, bytesOut),
      ended: (ending) => {
        this.#count(ending, peer, dispatch);
        this.#forget(dispatch, connection);
      },
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
  #turnAway(socket: Socket, peer: Peer): void {
    const outcome = this.#isDraining ? 'serverError' : 'clientError';
    this.#count({ ...nothingCame, outcome, flags: this.#isDraining ? 'KQ' : 'PR' }, peer);
    socket.on('error', () => {});
    socket.destroy();
  }

  /** Bytes were told when they came. */
  #count(ending: TcpEnding, peer: Peer, dispatch?: Dispatch): void {
    this.#counters.requestEnded(ending.outcome, 0, 0, 0);
    const { log } = this.#tools;
    if (log !== undefined) {
      const entry = this.#entry(ending, peer, dispatch);
      log.append(log.format === 'json' ? jsonLine(entry) : tcplogLine(entry));
    }
    this.#counters.connectionClosed();
  }

  #entry(ending: TcpEnding, { address, port, tls }: Peer, dispatch?: Dispatch): AccessLogEntry {
    const { server, queuePlace, busy, flags, ...rest } = ending;
    return {
      ...rest,
      ...{ at: Date.now() - ending.totalMs, clientAddress: address, clientPort: port, tls },
      ...{ frontend: this.#name, backend: dispatch?.backend.name, server: server?.serverName },
      ...{ requestMs: -1, responseMs: -1, status: 0, termination: flags },
      ...{ beconn: busy?.backend ?? 0, srvConn: busy?.server ?? 0 },
      ...{ actconn: this.#tools.state.connections, feconn: this.#counters.connections },
      ...{ serverQueue: queuePlace?.server ?? 0, backendQueue: queuePlace?.backend ?? 0 },
    };
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

const nothingCame = {
  ...{ bytesIn: 0, bytesOut: 0, retries: 0, redispatched: false },
  ...{ queueMs: -1, connectMs: -1, totalMs: 0 },
};

/** Asked for while the socket is open: a closed one has forgotten. */
function peerOf(socket: Socket, { proxied, tls }: AcceptedOn): Peer {
  return {
    address: proxied?.sourceAddress ?? socket.remoteAddress ?? '',
    port: proxied?.sourcePort ?? socket.remotePort ?? 0,
    tls,
  };
}
