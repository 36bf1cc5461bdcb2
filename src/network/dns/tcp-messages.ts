// Takes the stream of a connection apart into messages: each stands behind its length in two bytes (RFC 1035, section 4.2.2). Pure.

const lengthBytes = 2;

export class TcpMessages {
  readonly #mostBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  /** `mostBytes`: the longest message that is taken. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The messages that are complete now. Throws a RangeError for one that is too long: nothing more can be read then. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    while (this.#rest.length >= lengthBytes) {
      const length = this.#rest.readUInt16BE(0);
      if (length > this.#mostBytes) throw new RangeError(`a message has ${length} bytes`);
      if (this.#rest.length < lengthBytes + length) break;
      messages.push(this.#rest.subarray(lengthBytes, lengthBytes + length));
      this.#rest = this.#rest.subarray(lengthBytes + length);
    }
    return messages;
  }
}

/** `message` is at most 65,535 bytes long. */
export function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
