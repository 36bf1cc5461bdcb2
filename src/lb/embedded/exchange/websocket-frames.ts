// Where the frames of a WebSocket begin and end (RFC 6455 section 5.2), so that one of our own does not fall into the middle of another.

const longestHead = 14;

export class WebSocketFrames {
  /** Bytes of the frame that are yet to come. */
  #left = 0;
  /** The beginning of a head that has not come whole. */
  #head: Buffer = Buffer.alloc(0);

  /** Whether what has been taken ends with a frame. */
  get isBetween(): boolean {
    return this.#left === 0 && this.#head.length === 0;
  }

  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        continue;
      }
      const had = this.#head.length;
      const bytes = Buffer.concat([this.#head, chunk.subarray(at, at + longestHead - had)]);
      const head = frameHead(bytes);
      this.#head = head === undefined ? bytes : Buffer.alloc(0);
      if (head === undefined) return;
      this.#left = head.payload;
      at += head.length - had;
    }
  }
}

/** Undefined while it is not whole. */
function frameHead(bytes: Buffer): { length: number; payload: number } | undefined {
  const second = bytes[1];
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const length = 2 + extra + (second & 0x80 ? 4 : 0);
  if (bytes.length < length) return undefined;
  if (extra === 0) return { length, payload: short };
  const payload = extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { length, payload };
}
