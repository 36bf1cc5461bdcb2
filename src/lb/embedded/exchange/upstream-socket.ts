// A socket to a server. It reads into a buffer of its own, and it still reads what has arrived when a write fails.
//
// The buffer: an ordinary socket takes 64 kB anew for every read, which is the largest part of what a big answer costs. Here the same is
// used again whenever nobody kept the piece (kept-piece.ts). Never one for all sockets: the next read of another one would overwrite it.

import { Socket } from 'node:net';
import { wasPieceKept } from './kept-piece.ts';

const pieceBytes = 65_536;

export class UpstreamSocket extends Socket {
  #isReadingOut = false;

  constructor() {
    let buffer = Buffer.allocUnsafeSlow(pieceBytes);
    super({
      allowHalfOpen: true,
      onread: {
        buffer: () => buffer,
        callback: (bytes) => {
          wasPieceKept();
          this.emit('data', buffer.subarray(0, bytes));
          if (wasPieceKept()) buffer = Buffer.allocUnsafeSlow(pieceBytes);
          return true;
        },
      },
    });
  }

  /**
   * A server may answer early, and close with a part of the request unread: its reset fails our next write, while the answer is here and
   * waits to be read. An ordinary socket would throw it away.
   */
  override destroy(error?: Error & { syscall?: string }): this {
    if (error?.syscall !== 'write' || this.#isReadingOut) return super.destroy(error);
    this.#isReadingOut = true;
    // A whole poll for what can be read lies between the two; what came before the reset can be.
    setImmediate(() => setImmediate(() => super.destroy(error)));
    return this;
  }
}
