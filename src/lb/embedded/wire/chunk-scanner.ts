// Follows a chunked body (RFC 9112 section 7.1) through the pieces in which it comes. Payload is skipped, not looked at; sizes, extensions and
// trailers are read byte by byte, strictly: they are where two readers come to differ.

import { fieldFault, isField } from './head-shape.ts';

/** Extensions of all chunks together; nobody uses them but to keep a reader busy. */
const longestExtensions = 16_384;
/** One line of a size with its extensions. */
const longestSizeLine = 1_024;
const longestTrailers = 8_192;

const inSize = 0;
const inExtension = 1;
const afterSize = 2;
const inPayload = 3;
const afterPayload = 4;
const atPayloadEnd = 5;
const inTrailers = 6;
const finished = 7;

const cr = 0x0d;
const lf = 0x0a;

export class ChunkScanner {
  #state = inSize;
  #size = 0;
  #digits = 0;
  #lineBytes = 0;
  #extensionBytes = 0;
  #payloadBytes = 0;
  #trailers = '';
  #fault: string | undefined;

  get done(): boolean {
    return this.#state === finished;
  }

  /** Bytes of payload that were announced so far, whether or not they have come. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** What is malformed. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** The index behind the last byte of the body in `piece`; -1: malformed. Views of the payload are added to `payload`. */
  scan(piece: Buffer, from: number, payload?: Buffer[]): number {
    let at = from;
    while (at < piece.length && this.#state !== finished && this.#fault === undefined) {
      if (this.#state === inPayload) at = this.#skipPayload(piece, at, payload);
      else if (this.#state === inTrailers) at = this.#takeTrailers(piece, at);
      else this.#takeByte(piece[at++] as number);
    }
    return this.#fault === undefined ? at : -1;
  }

  #skipPayload(piece: Buffer, at: number, payload: Buffer[] | undefined): number {
    const end = Math.min(at + this.#size, piece.length);
    payload?.push(piece.subarray(at, end));
    this.#size -= end - at;
    if (this.#size === 0) this.#state = afterPayload;
    return end;
  }

  #takeByte(byte: number): void {
    if (this.#state === inSize) this.#takeSizeByte(byte);
    else if (this.#state === inExtension) this.#takeExtensionByte(byte);
    else if (this.#state === afterSize) this.#endSizeLine(byte);
    else if (this.#state === afterPayload) this.#expect(byte, cr, atPayloadEnd);
    else this.#expect(byte, lf, inSize);
  }

  #takeSizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#digits += 1;
      this.#size = this.#size * 16 + digit;
      if (this.#digits > 16 || this.#size > Number.MAX_SAFE_INTEGER)
        this.#fault = 'a chunk size that is too large';
    } else if (this.#digits === 0 || (byte !== cr && byte !== 0x3b)) {
      this.#fault = 'invalid chunk size';
    } else {
      this.#state = byte === cr ? afterSize : inExtension;
    }
  }

  #takeExtensionByte(byte: number): void {
    this.#lineBytes += 1;
    this.#extensionBytes += 1;
    if (byte === cr) this.#state = afterSize;
    else if (byte !== 0x09 && (byte < 0x20 || byte > 0x7e)) this.#fault = 'invalid chunk extension';
    else if (this.#lineBytes > longestSizeLine || this.#extensionBytes > longestExtensions) {
      this.#fault = 'chunk extensions that are too long';
    }
  }

  #endSizeLine(byte: number): void {
    this.#payloadBytes += this.#size;
    this.#digits = 0;
    this.#lineBytes = 0;
    this.#expect(byte, lf, this.#size === 0 ? inTrailers : inPayload);
  }

  #expect(byte: number, expected: number, next: number): void {
    if (byte === expected) this.#state = next;
    else this.#fault = 'a chunk that does not end in CRLF';
  }

  /** Trailers are short and rare, so their text is put together and read when it is whole. */
  #takeTrailers(piece: Buffer, from: number): number {
    let at = from;
    while (at < piece.length) {
      const end = piece.indexOf(lf, at) + 1 || piece.length;
      const line = piece.toString('latin1', at, Math.min(end, at + longestTrailers + 1));
      at = end;
      this.#trailers += line;
      if (this.#trailers.length > longestTrailers) {
        this.#fault = 'trailers that are too long';
        return at;
      }
      if (!this.#trailers.endsWith('\n')) continue;
      if (this.#trailers === '\r\n' || this.#trailers.endsWith('\r\n\r\n')) {
        this.#state = finished;
        this.#fault = trailersFault(this.#trailers);
        return at;
      }
      // Whoever ends lines with LF alone would never come to the empty line.
      if (!this.#trailers.endsWith('\r\n')) {
        this.#fault = 'LF without CR';
        return at;
      }
    }
    return at;
  }
}

/** Fields that a reader who merges trailers into the head would go by (RFC 9110 section 6.5.1). */
const notInTrailers = new Set([
  ...['authorization', 'connection', 'content-encoding', 'content-length', 'content-range', 'content-type'],
  ...[
    'cookie',
    'expect',
    'forwarded',
    'host',
    'keep-alive',
    'location',
    'proxy-connection',
    'set-cookie',
    'te',
  ],
  ...['trailer', 'transfer-encoding', 'upgrade', 'x-relevo-outcome', 'x-request-id'],
]);

function trailersFault(text: string): string | undefined {
  for (const line of text.split('\r\n')) {
    if (line === '') continue;
    if (!isField(line)) return fieldFault(line);
    const name = line.slice(0, line.indexOf(':')).toLowerCase().replaceAll('_', '-');
    if (notInTrailers.has(name) || name.startsWith('x-forwarded-'))
      return 'a trailer that belongs into the head';
  }
  return undefined;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
