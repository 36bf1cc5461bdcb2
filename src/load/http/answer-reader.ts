// Reads one answer after the other from a connection, in whatever pieces it comes: interim answers, and bodies that end by length, by chunks
// or with the connection (RFC 9112 6.3). A hostile server gets a clear fault, not all of the memory.

import { AnswerHead, unknownLength } from './answer-head.ts';
import { ChunkReader } from './chunk-reader.ts';
import { protocolFailure } from './failures.ts';
import type { HttpFailure } from './http-exchange.ts';

const readingHead = 0;
const readingLength = 1;
const readingChunks = 2;
const readingToEnd = 3;

/** Of a body that is kept only for the results tree. */
const mostOfFailure = 16_384;
const mostInterim = 100;

const closedInHead = protocolFailure('Premature end of the head of the answer');

export class AnswerReader {
  readonly head = new AnswerHead();
  /** Over the wire: with interim answers, with the frame of chunks. */
  headBytes = 0;
  bodyBytes = 0;
  isDone = false;
  fault: HttpFailure | undefined;
  /** Whether the connection can carry another request; known when it is done. */
  keepsOpen = false;
  #state = readingHead;
  #isHead = false;
  #wantsBody = false;
  #keepsBody = false;
  #mostOfBody = 0;
  #interim = 0;
  #left = 0;
  #content = 0;
  #pieces: Buffer[] = [];
  readonly #chunks = new ChunkReader();

  /**
   * The next answer; `isHead`: to a HEAD. A body that is wanted has at most `mostOfBody` bytes; of others only those of failures are kept, and
   * of these the beginning.
   */
  begin(isHead: boolean, wantsBody: boolean, mostOfBody: number): void {
    this.headBytes = 0;
    this.bodyBytes = 0;
    this.isDone = false;
    this.fault = undefined;
    this.#isHead = isHead;
    this.#wantsBody = wantsBody;
    this.#mostOfBody = mostOfBody;
    this.#interim = 0;
    this.#content = 0;
    this.#keepsBody = false;
    if (this.#pieces.length > 0) this.#pieces = [];
    this.keepsOpen = false;
    this.#state = readingHead;
    this.head.begin();
  }

  /** Reads the first `end` of these bytes, and keeps none of them. Gives how many belong to the answer: fewer when it is done, or at fault. */
  read(bytes: Buffer, end: number): number {
    let at = 0;
    while (at < end && !this.isDone && this.fault === undefined) {
      at = this.#state === readingHead ? this.#readHead(bytes, at, end) : this.#readBody(bytes, at, end);
    }
    return at;
  }

  /** Nothing more comes: of an answer that its connection's end ends that is all, of others it is a fault. */
  end(): void {
    if (this.isDone || this.fault !== undefined) return;
    if (this.#state === readingToEnd) this.isDone = true;
    else if (this.#state === readingHead) this.fault = closedInHead;
    else if (this.#state === readingChunks) this.fault = this.#chunks.endedEarly();
    else
      this.fault = {
        name: 'org.apache.http.ConnectionClosedException',
        message: `Premature end of Content-Length delimited message body (expected: ${this.head.length}; received: ${this.head.length - this.#left})`,
      };
  }

  /** As it came; undefined when it was not kept. Once. */
  takeBody(): Buffer | undefined {
    if (!this.#keepsBody) return undefined;
    const [first] = this.#pieces;
    const body = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return body;
  }

  #readHead(bytes: Buffer, at: number, end: number): number {
    const { head } = this;
    const to = head.read(bytes, at, end);
    this.headBytes += to - at;
    this.fault = head.fault;
    if (!head.isDone) return to;
    if (head.status >= 200 || head.status === 101) this.#beginBody();
    else if (++this.#interim > mostInterim) this.fault = protocolFailure('Interim answers without end');
    else head.begin();
    return to;
  }

  /** RFC 9112 6.3. */
  #beginBody(): void {
    const { status, length } = this.head;
    this.#keepsBody = this.#wantsBody || status >= 400;
    if (this.#isHead || status === 204 || status === 304 || status === 101) {
      this.#done(status !== 101);
    } else if (this.head.isCoded) {
      this.#state = this.head.isChunked ? readingChunks : readingToEnd;
      this.#chunks.begin();
    } else if (length === unknownLength) this.#state = readingToEnd;
    else {
      this.#left = length;
      if (this.#wantsBody && this.#left > this.#mostOfBody) this.fault = tooLarge(this.#mostOfBody);
      else if (this.#left === 0) this.#done(true);
      else this.#state = readingLength;
    }
  }

  #readBody(bytes: Buffer, at: number, end: number): number {
    let to = end;
    if (this.#state === readingChunks) {
      const piece = this.#keepsBody
        ? (from: number, until: number) => this.#keep(bytes, from, until)
        : undefined;
      to = this.#chunks.read(bytes, at, end, piece);
      if (this.#chunks.fault !== '')
        this.fault = {
          name: 'org.apache.http.MalformedChunkCodingException',
          message: this.#chunks.fault,
        };
    } else {
      if (this.#state === readingLength) to = Math.min(end, at + this.#left);
      this.#keep(bytes, at, to);
      this.#left -= to - at;
    }
    this.bodyBytes += to - at;
    if (
      this.#state === readingLength ? this.#left === 0 : this.#state === readingChunks && this.#chunks.isDone
    )
      this.#done(true);
    return to;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    if (!this.#keepsBody) return;
    const most = this.#wantsBody ? this.#mostOfBody : mostOfFailure;
    const until = Math.min(to, from + most - this.#content);
    this.#content += to - from;
    if (until > from) this.#pieces.push(Buffer.from(bytes.subarray(from, until)));
    if (until < to && this.#wantsBody) this.fault = tooLarge(most);
  }

  #done(isFramed: boolean): void {
    this.isDone = true;
    this.keepsOpen = isFramed && this.head.keepsOpen;
  }
}

function tooLarge(most: number): HttpFailure {
  return { name: 'java.io.IOException', message: `The body of the answer is larger than ${most} bytes` };
}
