// The frame of a chunked body (RFC 9112 7.1), however it is split into reads. Extensions and trailers are read over; hostile ones end it.

import type { HttpFailure } from './http-exchange.ts';

const sizeDigits = 0;
const extension = 1;
const data = 2;
const afterData = 3;
const trailer = 4;

/** Of one line of sizes and extensions, and of all trailers. */
const mostOfLine = 16_384;
const mostOfTrailers = 65_536;
const lf = 10;
const cr = 13;

export class ChunkReader {
  isDone = false;
  /** What is wrong with it; it cannot be read on. */
  fault = '';
  #state = sizeDigits;
  #size = 0;
  #left = 0;
  #digits = 0;
  /** Bytes of the line, and of all trailers, so far. */
  #line = 0;
  #trailers = 0;

  begin(): void {
    this.isDone = false;
    this.fault = '';
    this.#expectSize();
    this.#trailers = 0;
  }

  /** Reads from `at` up to `end`; `piece` gets what is content. Gives where it stopped: at `end`, behind the last chunk, or at the fault. */
  read(
    bytes: Uint8Array,
    at: number,
    end: number,
    piece: ((from: number, to: number) => void) | undefined,
  ): number {
    let position = at;
    while (position < end && !this.isDone && this.fault === '') {
      if (this.#state !== data) this.#take(bytes[position++] ?? 0);
      else {
        const from = position;
        position += Math.min(this.#left, end - position);
        piece?.(from, position);
        this.#left -= position - from;
        if (this.#left === 0) this.#state = afterData;
      }
    }
    return position;
  }

  /** What it means that the connection ends here. */
  endedEarly(): HttpFailure {
    if (this.#state !== data)
      return {
        name: 'org.apache.http.ConnectionClosedException',
        message: 'Premature end of chunk coded message body: closing chunk expected',
      };
    return {
      name: 'org.apache.http.TruncatedChunkException',
      message: `Truncated chunk (expected size: ${this.#size}; actual size: ${this.#size - this.#left})`,
    };
  }

  #take(byte: number): void {
    if (this.#state === sizeDigits) this.#takeDigit(byte);
    else if (this.#state === extension) this.#takeExtension(byte);
    else if (this.#state === trailer) this.#takeTrailer(byte);
    else if (byte === lf) this.#expectSize();
    else if (byte !== cr || this.#line++ > 0) this.fault = 'CRLF expected at end of chunk';
  }

  #takeDigit(byte: number): void {
    const value = hexValue(byte);
    if (value >= 0) {
      this.#left = this.#left * 16 + value;
      // Thirteen hexadecimal digits are the last that numbers hold exactly.
      if (++this.#digits > 13) this.fault = 'Bad chunk header: size is too large';
    } else if (this.#digits === 0) this.fault = 'Bad chunk header: size expected';
    else {
      this.#state = extension;
      this.#takeExtension(byte);
    }
  }

  #takeExtension(byte: number): void {
    if (++this.#line > mostOfLine) this.fault = 'Bad chunk header: too long';
    if (this.#line === 1 && !separates(byte)) this.fault = 'Bad chunk header: size expected';
    if (byte !== lf) return;
    this.#line = 0;
    this.#size = this.#left;
    this.#state = this.#left === 0 ? trailer : data;
  }

  /** An empty line ends the body. */
  #takeTrailer(byte: number): void {
    if (++this.#trailers > mostOfTrailers) this.fault = 'Trailers are too long';
    if (byte === lf) {
      this.isDone = this.#line === 0;
      this.#line = 0;
    } else if (byte !== cr) this.#line++;
  }

  #expectSize(): void {
    this.#state = sizeDigits;
    this.#left = 0;
    this.#digits = 0;
    this.#line = 0;
  }
}

function separates(byte: number): boolean {
  return byte === lf || byte === cr || byte === 32 || byte === 9 || byte === 59;
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
