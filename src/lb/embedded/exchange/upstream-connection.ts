// One connection to a server, which carries one request after another. Whoever uses it hears what happens to it; unused, it expects
// silence, and anything else makes it useless.

import type { Socket } from 'node:net';
import { UpstreamSocket } from './upstream-socket.ts';

export interface UpstreamUser {
  upstreamConnected(): void;
  upstreamData(chunk: Buffer): void;
  /** What was written has left; after `write` said false. */
  upstreamDrained(): void;
  /** The server sends nothing more; it may still read. */
  upstreamEnded(): void;
  /** It is destroyed, without anyone having asked for it: refused, reset, or its write failed. */
  upstreamBroken(): void;
}

/** What an idle connection tells its pool. */
export interface IdleKeeper {
  idleBroken(connection: UpstreamConnection): void;
}

export class UpstreamConnection {
  readonly socket: Socket;
  readonly slot: number;
  readonly #keeper: IdleKeeper;
  /** Undefined while idle. */
  user: UpstreamUser | undefined;
  connected = false;
  /** Requests that it was given. */
  uses = 0;
  /** performance.now() when it became idle. */
  idleSince = 0;
  /** How long it may be idle: the server's own time-out counts, see upstream-pool.ts. */
  idleMs = 0;
  /** Of the pool's slot when it was opened: an older one is not kept. */
  generation = 0;

  constructor(address: string, port: number, slot: number, keeper: IdleKeeper) {
    this.slot = slot;
    this.#keeper = keeper;
    this.socket = new UpstreamSocket();
    this.socket.on('connect', this.#onConnect);
    this.socket.on('data', this.#onData);
    this.socket.on('drain', this.#onDrain);
    this.socket.on('end', this.#onEnd);
    this.socket.on('error', ignore);
    this.socket.on('close', this.#onClose);
    this.socket.setNoDelay(true).connect({ host: address, port });
  }

  /** Nobody hears of it any more. */
  destroy(): void {
    this.user = undefined;
    this.socket.destroy();
  }

  /** Leaves the socket to somebody else, without a listener of this connection but for errors. */
  handOver(): Socket {
    this.user = undefined;
    this.socket.off('data', this.#onData).off('drain', this.#onDrain).off('end', this.#onEnd);
    this.socket.off('close', this.#onClose);
    return this.socket;
  }

  readonly #onConnect = (): void => {
    this.connected = true;
    this.user?.upstreamConnected();
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.user === undefined) this.#spoilt();
    else this.user.upstreamData(chunk);
  };

  readonly #onDrain = (): void => this.user?.upstreamDrained();

  readonly #onEnd = (): void => {
    if (this.user === undefined) this.#spoilt();
    else this.user.upstreamEnded();
  };

  readonly #onClose = (): void => {
    if (this.user === undefined) this.#keeper.idleBroken(this);
    else this.user.upstreamBroken();
  };

  #spoilt(): void {
    this.#keeper.idleBroken(this);
    this.socket.destroy();
  }
}

/** 'close' follows and says it; without a listener the process would end. */
function ignore(): void {}
