// What a worker thread lends to its frontends. They keep none of it: a new model may bring other keys and another log.

import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { AccessLog, Bind, Frontend, SharedSecrets } from '../model.ts';
import type { Dispatch, FrontendCounters } from './dispatch.ts';

export interface WorkerTools {
  readonly state: TrafficState;
  /** Of the model in force. Undefined: nothing is logged. */
  readonly log: RequestLog | undefined;
  /** Of the model in force. */
  readonly secrets: SharedSecrets;
  readonly clock: Clock;
  /** A text that no other request of any worker has. */
  requestId(): string;
}

/** The worker's view of the state that all workers share; WorkerState is one. */
export interface TrafficState {
  /** Undefined for a backend that the model does not have. */
  dispatch(backend: string): Dispatch | undefined;
  /** The same object for the same name. */
  frontend(name: string): FrontendCounters;
  /** Client connections that are open, in all frontends and workers. */
  readonly connections: number;
}

export interface RequestLog {
  readonly format: AccessLog['format'];
  /** Without a line end. Never waits and never throws: a full disk loses lines, not requests. */
  append(line: string): void;
}

/** How a connection came in. Its PROXY header, where the peer sends one, has been read already. */
export interface AcceptedOn {
  readonly bind: Bind;
  readonly tls: boolean;
  /** What the client asked for in the handshake. */
  readonly serverName?: string;
  /** What a PROXY header said of the client; the peer of the socket is somebody in between. */
  readonly proxied?: Proxied;
}

export interface Proxied {
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
}

/** What serves the connections of one frontend in one worker; one for each mode. */
export interface ConnectionServer {
  /** The socket is its own from now on: it ends it, and hears its errors. It may be paused, and is not read from yet. */
  accept(socket: Socket, on: AcceptedOn): void;
  /** Takes effect for the next request; connections stay. */
  update(frontend: Frontend): void;
  /** Lets requests in flight finish and ends each connection with its next answer. Resolves when none is left. */
  drain(): Promise<void>;
  /** Cuts what is left. Idempotent. */
  close(): void;
}
