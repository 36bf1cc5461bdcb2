// Follows a body through the pieces in which it comes, to know where it ends. It touches none of its bytes: they are forwarded as they came.

import { ChunkScanner } from './chunk-scanner.ts';
import type { Framing, Malformed } from './heads.ts';

export class BodyReader {
  readonly #type: Framing['type'];
  readonly #chunks: ChunkScanner | undefined;
  readonly #limit: number;
  #left: number;
  #bytes = 0;
  #problem: Malformed | undefined;

  /** `limit`: more bytes of payload, announced or come, are refused with 413; undefined: no limit. */
  constructor(framing: Framing, limit = Number.POSITIVE_INFINITY) {
    this.#type = framing.type;
    this.#limit = limit;
    this.#left = framing.type === 'length' ? framing.bytes : 0;
    this.#chunks = framing.type === 'chunked' ? new ChunkScanner() : undefined;
    if (this.#left > limit) this.#problem = tooLarge;
  }

  /** The index behind the last byte of the body in `chunk`, which is chunk.length while more follows; -1: refused, see `problem`. */
  read(chunk: Buffer, from: number): number {
    if (this.#problem !== undefined) return -1;
    return this.#chunks === undefined ? this.#count(chunk, from) : this.#scan(this.#chunks, chunk, from);
  }

  #count(chunk: Buffer, from: number): number {
    const there = chunk.length - from;
    const taken = this.#type === 'close' ? there : Math.min(this.#left, there);
    if (this.#type !== 'close') this.#left -= taken;
    this.#bytes += taken;
    if (this.#bytes <= this.#limit) return from + taken;
    this.#problem = tooLarge;
    return -1;
  }

  #scan(chunks: ChunkScanner, chunk: Buffer, from: number): number {
    const end = chunks.scan(chunk, from);
    this.#bytes = chunks.payloadBytes;
    if (chunks.fault !== undefined) this.#problem = { status: 400, reason: chunks.fault };
    else if (this.#bytes > this.#limit) this.#problem = tooLarge;
    return this.#problem === undefined ? end : -1;
  }

  /** Whether the whole body has been read. Never for `close`. */
  get done(): boolean {
    if (this.#problem !== undefined || this.#type === 'close') return false;
    return this.#chunks === undefined ? this.#left === 0 : this.#chunks.done;
  }

  /** Whether the body is whole if the connection ends here. */
  get mayEndHere(): boolean {
    return this.done || this.#type === 'close';
  }

  /** Payload so far, without sizes and ends of chunks; of a chunk that has begun all of it. */
  get payloadBytes(): number {
    return this.#bytes;
  }

  /** 413, or 400 (of an answer to be told as 502). */
  get problem(): Malformed | undefined {
    return this.#problem;
  }
}

const tooLarge: Malformed = { status: 413, reason: 'the body is too large' };
