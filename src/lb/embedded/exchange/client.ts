// What a request needs of the connection that it came on.

import type { Socket } from 'node:net';
import type { Peer } from '../wire/peer.ts';

export interface Client {
  readonly peer: Peer;
  readonly peerPort: number;
  readonly tls: boolean;
  /** performance.now() of the first byte of the request. */
  readonly since: number;
  /** performance.now() when the request has waited for too long for what it waits for; it hears `expired`. */
  deadline: number;
  /** Strings are latin1. False: more should wait for `drained`. */
  write(data: string | Buffer): boolean;
  /** Nothing more is read until `resume`. */
  pause(): void;
  resume(): void;
  /** The request is over and its answer written. Without `goOn` the connection closes when all has left. */
  done(goOn: boolean): void;
  /** The client sees that something is missing: the connection is reset. */
  cut(): void;
  /** Leaves the socket to a tunnel, with the bytes that were read and not used. The connection hears of its close only. */
  becomeTunnel(): { socket: Socket; rest: Buffer | undefined };
}
