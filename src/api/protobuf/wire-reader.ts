// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding): tags, variable-length integers, lengths.

/** The bytes are not what they should be. */
export class WireError extends Error {
  override name = 'WireError';
}

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;

const text = new TextDecoder('utf-8', { fatal: true });

/** Reads from one end of the bytes to the other. Every method throws WireError where they end too early or make no sense. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The number and the wire type of the next field. */
  tag(): { field: number; type: number } {
    const tag = Number(this.varint());
    return { field: Math.floor(tag / 8), type: tag % 8 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new WireError('it ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('it has a number of more than 64 bits');
  }

  /** A signed integer; beyond 2^53 it loses precision, as JSON numbers do. */
  integer(): number {
    return Number(BigInt.asIntN(64, this.varint()));
  }

  double(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  bytes(): Uint8Array {
    return this.#take(Number(this.varint()));
  }

  string(): string {
    const bytes = this.bytes();
    try {
      return text.decode(bytes);
    } catch (cause) {
      throw new WireError('it has a text that is not UTF-8', { cause });
    }
  }

  skip(type: number): void {
    if (type === varint) this.varint();
    else if (type === fixed64) this.#take(8);
    else if (type === delimited) this.bytes();
    else if (type === fixed32) this.#take(4);
    else throw new WireError(`it has a field of the unknown wire type ${type}`);
  }

  /** Throws unless the field is written as `expected` demands. */
  static check(type: number, expected: 'varint' | 'fixed64' | 'delimited'): void {
    const wanted = { varint, fixed64, delimited }[expected];
    if (type !== wanted) throw new WireError(`it has a field of wire type ${type} where ${wanted} belongs`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new WireError('it ends within a field');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
