// One stream of a SPDY connection, as an ordinary Duplex whose two directions end on their own.

import { Duplex } from 'node:stream';
import type { Headers } from './header-codec.ts';

export interface StreamCarrier {
  send(data: Buffer, isLast: boolean, done: (error?: Error | null) => void): void;
  /** Somebody reads again. */
  hasRoom(): void;
  reset(): void;
}

const mostUnreadBytes = 1024 * 1024;
const nothing = Buffer.alloc(0);

export class SpdyStream extends Duplex {
  /** Those the client opened it with, names in lower case. */
  readonly headers: Headers;
  readonly #carrier: StreamCarrier;
  #hasEnded = false;

  constructor(headers: Headers, carrier: StreamCarrier) {
    super({ allowHalfOpen: true });
    this.headers = headers;
    this.#carrier = carrier;
    // Whoever uses it learns of it by its close.
    this.on('error', () => {});
  }

  /** More is held back than shall be. */
  get isFull(): boolean {
    return this.readableLength > mostUnreadBytes && !this.destroyed;
  }

  /** From the connection. */
  receive(data: Buffer | undefined, isLast: boolean): void {
    if (this.#hasEnded || this.destroyed) return;
    if (data && data.length > 0) this.push(data);
    if (isLast) this.push(null);
    this.#hasEnded = isLast;
  }

  override _read(): void {
    this.#carrier.hasRoom();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#carrier.send(chunk, false, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#carrier.send(nothing, true, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished) this.#carrier.reset();
    this.#carrier.hasRoom();
    done(error);
  }
}
