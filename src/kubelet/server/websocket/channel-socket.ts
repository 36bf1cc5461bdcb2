// Kubernetes' channels over a WebSocket: the first byte of every binary message says which stream it belongs to.

import { PassThrough, type Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** In v5 the channel 255 says that another one ends: its number follows. */
const endOfChannel = 255;
const mostUnreadBytes = 1024 * 1024;

export class ChannelSocket {
  readonly #socket: WebSocket;
  readonly #readers = new Map<number, PassThrough>();
  readonly #gone = Promise.withResolvers<void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const reader of this.#readers.values()) reader.end();
      this.#gone.resolve();
    });
  }

  /** Resolves when the connection is closed. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** What the client sends on a channel. Asked for before the first message. */
  reader(channel: number): Readable {
    const reader = new PassThrough();
    reader.on('error', () => {}).on('drain', () => this.#socket.resume());
    this.#readers.set(channel, reader);
    return reader;
  }

  /** What is written is sent; ending it sends nothing. */
  writer(channel: number): Writable {
    const prefix = Buffer.from([channel]);
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => this.#send(Buffer.concat([prefix, chunk]), done),
    }).on('error', () => {});
  }

  /** Says that the connection is made, as Kubernetes does: clients wait for it. */
  greet(channel: number): void {
    this.#send(Buffer.from([channel]), () => {});
  }

  /** After what was written. Resolves when it is closed. */
  async close(code = 1000, reason = ''): Promise<void> {
    this.#socket.close(code, reason);
    // A reader that nobody reads from would hold the closing handshake up.
    this.#socket.resume();
    await this.#gone.promise;
  }

  #send(message: Buffer, done: (error?: Error | null) => void): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message, { binary: true }, done);
    else done(new Error('the connection is gone'));
  }

  #receive(message: Buffer, isBinary: boolean): void {
    const channel = message[0];
    if (!isBinary || channel === undefined) return;
    if (channel === endOfChannel) {
      this.#readers.get(message[1] ?? -1)?.end();
      return;
    }
    const reader = this.#readers.get(channel);
    if (!reader || reader.writableEnded || message.length === 1) return;
    reader.write(message.subarray(1));
    if (reader.writableLength > mostUnreadBytes) this.#socket.pause();
  }
}
