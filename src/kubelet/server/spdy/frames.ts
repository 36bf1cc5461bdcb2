// The frames of SPDY/3.1 that Kubernetes' streams use. Flow control is not among them: its implementation has none, so WINDOW_UPDATE is
// neither sent nor heeded.

export const frameTypes = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  ping: 6,
  goAway: 7,
  headers: 8,
} as const;

export type Frame =
  | { kind: 'data'; stream: number; isLast: boolean; data: Buffer }
  | { kind: 'control'; type: number; isLast: boolean; payload: Buffer };

const version = 3;
const headBytes = 8;
const finFlag = 1;
/** Longer ones are refused: Kubernetes' own are of 32 KiB. */
const longestFrameBytes = 4 * 1024 * 1024;

/** Cuts a byte stream into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Throws for what is no SPDY/3 frame. */
  *read(chunk: Buffer): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= headBytes) {
      const length = this.#rest.readUIntBE(5, 3);
      if (length > longestFrameBytes) throw new Error(`a frame of ${length} bytes is too long`);
      if (this.#rest.length < headBytes + length) return;
      const frame = frameOf(
        this.#rest.subarray(0, headBytes),
        this.#rest.subarray(headBytes, headBytes + length),
      );
      this.#rest = this.#rest.subarray(headBytes + length);
      yield frame;
    }
  }
}

function frameOf(head: Buffer, payload: Buffer): Frame {
  const first = head.readUInt32BE(0);
  const isLast = ((head[4] ?? 0) & finFlag) !== 0;
  if (first < 0x80000000) return { kind: 'data', stream: first, isLast, data: payload };
  const spoken = (first >>> 16) & 0x7fff;
  if (spoken !== version) throw new Error(`SPDY version ${spoken} is not spoken here`);
  return { kind: 'control', type: first & 0xffff, isLast, payload };
}

export function dataFrame(stream: number, data: Buffer, isLast: boolean): Buffer {
  return Buffer.concat([head(stream, data.length, isLast), data]);
}

export function controlFrame(type: number, payload: Buffer, isLast = false): Buffer {
  return Buffer.concat([head((0x80000000 | (version << 16) | type) >>> 0, payload.length, isLast), payload]);
}

/** Unsigned 32-bit numbers, one after the other. */
export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

function head(first: number, length: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(headBytes);
  bytes.writeUInt32BE(first, 0);
  bytes.writeUInt8(isLast ? finFlag : 0, 4);
  bytes.writeUIntBE(length, 5, 3);
  return bytes;
}
