// Takes the payload out of a chunked body, for clients that know no chunks. Trailers are dropped.

import { ChunkScanner } from './chunk-scanner.ts';

export interface Dechunked {
  /** Views of the piece. */
  readonly payload: readonly Buffer[];
  /** The index behind the last byte of the body in the piece. */
  readonly end: number;
}

export class Dechunker {
  readonly #chunks = new ChunkScanner();

  /** Undefined: malformed, see `fault`. */
  push(piece: Buffer, from = 0): Dechunked | undefined {
    const payload: Buffer[] = [];
    const end = this.#chunks.scan(piece, from, payload);
    return end < 0 ? undefined : { payload, end };
  }

  /** Whether the whole body has been read. */
  get done(): boolean {
    return this.#chunks.done;
  }

  get fault(): string | undefined {
    return this.#chunks.fault;
  }
}
