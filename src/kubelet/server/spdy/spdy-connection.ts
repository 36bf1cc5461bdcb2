// The server's side of a SPDY/3.1 connection, as kubectl opens it for exec, attach and port-forward: the client opens streams, both sides
// write to them.

import type { Duplex } from 'node:stream';
import { controlFrame, dataFrame, type Frame, FrameReader, frameTypes, words } from './frames.ts';
import { HeaderCodec, type Headers } from './header-codec.ts';
import { SpdyStream } from './spdy-stream.ts';

/** RST_STREAM's status of a stream that is not wanted any more. */
const cancelled = 5;

export class SpdyConnection {
  readonly #carrier: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #codec = new HeaderCodec();
  readonly #reader = new FrameReader();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #closed = Promise.withResolvers<void>();
  #lastStream = 0;
  /** Frames are handled in order, though headers are unpacked asynchronously. */
  #handling: Promise<void> = Promise.resolve();

  /** `onStream` is called for every stream that the client opens. The carrier is this object's from now on. */
  constructor(carrier: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#carrier = carrier;
    this.#onStream = onStream;
    carrier.on('data', (chunk: Buffer) => this.#receive(chunk));
    carrier.on('error', () => {});
    carrier.once('end', () => carrier.end());
    carrier.once('close', () => this.#gone());
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Sends what was written, says goodbye and ends. Idempotent. */
  close(): void {
    if (this.#carrier.writableEnded) return;
    this.#carrier.end(controlFrame(frameTypes.goAway, words(this.#lastStream, 0)));
  }

  #receive(chunk: Buffer): void {
    this.#carrier.pause();
    this.#handling = this.#handling
      .then(async () => {
        for (const frame of this.#reader.read(chunk)) await this.#handle(frame);
        this.#resumeWhenRead();
      })
      .catch((error) => void this.#carrier.destroy(error));
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.kind === 'data') {
      this.#streams.get(frame.stream)?.receive(frame.data, frame.isLast);
      return;
    }
    const { type, payload, isLast } = frame;
    switch (type) {
      case frameTypes.synStream:
        return this.#open(payload, isLast);
      case frameTypes.headers:
        // Unpacked for the sake of the next block.
        await this.#codec.decode(payload.subarray(4));
        this.#streams.get(idIn(payload))?.receive(undefined, isLast);
        return;
      case frameTypes.rstStream:
        this.#streams.get(idIn(payload))?.destroy();
        return;
      case frameTypes.ping:
        this.#carrier.write(controlFrame(frameTypes.ping, payload));
        return;
      case frameTypes.goAway:
        return;
    }
  }

  async #open(payload: Buffer, isLast: boolean): Promise<void> {
    const id = idIn(payload);
    const headers: Headers = await this.#codec.decode(payload.subarray(10));
    const answer = await this.#codec.encode(new Map());
    this.#carrier.write(controlFrame(frameTypes.synReply, Buffer.concat([words(id), answer])));
    const stream = new SpdyStream(headers, {
      send: (data, last, done) => this.#send(id, data, last, done),
      hasRoom: () => this.#resumeWhenRead(),
      reset: () => this.#reset(id),
    });
    this.#lastStream = id;
    this.#streams.set(id, stream);
    stream.once('close', () => this.#streams.delete(id));
    if (isLast) stream.receive(undefined, true);
    this.#onStream(stream);
  }

  #send(id: number, data: Buffer, isLast: boolean, done: (error?: Error | null) => void): void {
    if (this.#carrier.writable) this.#carrier.write(dataFrame(id, data, isLast), done);
    else done(new Error('the connection is gone'));
  }

  #reset(id: number): void {
    if (this.#carrier.writable) this.#carrier.write(controlFrame(frameTypes.rstStream, words(id, cancelled)));
  }

  /** One stream that is not read holds all of them up: without flow control there is no other way to bound what is kept. */
  #resumeWhenRead(): void {
    if ([...this.#streams.values()].every((stream) => !stream.isFull)) this.#carrier.resume();
  }

  #gone(): void {
    for (const stream of this.#streams.values()) stream.destroy();
    this.#codec.close();
    this.#closed.resolve();
  }
}

function idIn(payload: Buffer): number {
  return payload.readUInt32BE(0) & 0x7fffffff;
}
