// The body of one request on its way through: where it ends, and what is held of it so that it can be sent a second time.

import { BodyReader } from '../wire/body-reader.ts';
import type { Framing, Malformed } from '../wire/heads.ts';

/** Bodies up to this are held until an answer comes, as far as the method allows a second attempt. */
export const replayBytes = 65_536;

const nothing: readonly Buffer[] = [];

export class RequestBody {
  readonly #reader: BodyReader | undefined;
  #held: Buffer[] | undefined = [];
  #heldBytes = 0;
  /** Bytes on the wire so far, with sizes and ends of chunks. */
  received = 0;
  complete: boolean;

  /** `limit`: more bytes of payload are refused; undefined: no limit. */
  constructor(framing: Framing, limit: number | undefined) {
    this.complete = framing.type === 'none';
    if (this.complete) return;
    this.#reader = new BodyReader(framing, limit);
    this.complete = this.#reader.done;
  }

  /** Whether all that has come is still here. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  get held(): readonly Buffer[] {
    return this.#held ?? nothing;
  }

  /** Whether more than what may be held has come: before it has left, no more should be read. */
  get isLarge(): boolean {
    return this.#heldBytes > replayBytes;
  }

  get problem(): Malformed | undefined {
    return this.#reader?.problem;
  }

  /** What of `chunk` from there on belongs to the body; held until `letGo`. Undefined: it is malformed or too large, see `problem`. */
  take(chunk: Buffer, from: number): Buffer | undefined {
    const reader = this.#reader as BodyReader;
    const to = reader.read(chunk, from);
    if (to < 0) return undefined;
    const piece = chunk.subarray(from, to);
    this.received += piece.length;
    this.complete = reader.done;
    if (this.#held === undefined) return piece;
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    return piece;
  }

  /** It will not be sent a second time. */
  letGo(): void {
    this.#held = undefined;
    this.#heldBytes = 0;
  }
}
