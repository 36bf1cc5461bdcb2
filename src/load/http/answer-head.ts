// Reads the head of an answer, in whatever pieces it comes. As tolerant as Java's clients are (bare line feeds); what is none, contradicts
// itself or never ends is a clear fault.

import { protocolFailure } from './failures.ts';
import type { HttpFailure } from './http-exchange.ts';

const mostBytes = 262_144;
const mostLines = 2_000;
/** Most heads are in the first bytes of a read: what lies behind need not become a string. */
const firstLook = 1_024;
export const unknownLength = -1;

/** First letters of the names of headers that are understood here. */
const isLookedAt = Array.from({ length: 256 }, (_, code) => 'ckstx'.includes(String.fromCharCode(code)));

export class AnswerHead {
  status = 0;
  message = '';
  /** Without the empty line. */
  text = '';
  contentType = '';
  contentEncoding = '';
  /** There is a Set-Cookie in it. */
  setsCookies = false;
  outcome: string | undefined;
  /** How long the server says that it waits for the next request; Infinity: it does not say. */
  keptMs = Number.POSITIVE_INFINITY;
  /** The body's, as it says; unknownLength: it does not. */
  length = unknownLength;
  isDone = false;
  fault: HttpFailure | undefined;
  #seen = '';
  /** Where in `#seen` the next line begins. */
  #line = 0;
  #lines = 0;
  #codings = '';
  /** HTTP/1.0: closes unless it says otherwise. */
  #isOld = false;
  #isClosing = false;
  #isKeeping = false;

  begin(): void {
    this.status = 0;
    this.message = '';
    this.text = '';
    this.contentType = '';
    this.contentEncoding = '';
    this.setsCookies = false;
    this.outcome = undefined;
    this.keptMs = Number.POSITIVE_INFINITY;
    this.length = unknownLength;
    this.isDone = false;
    this.fault = undefined;
    this.#seen = '';
    this.#line = 0;
    this.#lines = 0;
    this.#codings = '';
    this.#isClosing = false;
    this.#isKeeping = false;
  }

  /** Whether the connection may carry another request when the body, if any, has ended by itself. */
  get keepsOpen(): boolean {
    // Length and coding together may be an attack on whoever stands in between.
    const isAmbiguous = this.isCoded && this.length !== unknownLength;
    return !this.#isClosing && !isAmbiguous && (!this.#isOld || this.#isKeeping);
  }

  /** There is a Transfer-Encoding. */
  get isCoded(): boolean {
    return this.#codings !== '';
  }

  /** RFC 9112 6.3: only where the last coding is `chunked` does the body tell its own end. */
  get isChunked(): boolean {
    return this.#codings.slice(this.#codings.lastIndexOf(',') + 1).trim() === 'chunked';
  }

  /** Reads from `at` up to `end` at most, and keeps none of the bytes. Gives where it stopped. */
  read(bytes: Buffer, at: number, end: number): number {
    const before = this.#seen.length;
    const until = Math.min(end, at + firstLook);
    const text = bytes.toString('latin1', at, until);
    this.#seen = before === 0 ? text : this.#seen + text;
    // What comes in drops is not put together with each of them.
    const over = before === 0 || text.includes('\n') ? this.#readLines() : -1;
    if (over >= 0) {
      this.#seen = '';
      return at + over - before;
    }
    if (this.#seen.length > mostBytes) this.fault = protocolFailure('The head of the answer is too large');
    return until;
  }

  /** Where the head is over, -1 when it is not yet. */
  #readLines(): number {
    const seen = this.#seen;
    for (;;) {
      const lf = seen.indexOf('\n', this.#line);
      if (lf < 0) return -1;
      const start = this.#line;
      const stop = lf > start && seen.charCodeAt(lf - 1) === 13 ? lf - 1 : lf;
      this.#line = lf + 1;
      if (++this.#lines > mostLines) this.fault = protocolFailure('The answer has too many headers');
      if (this.status === 0) this.#readStatus(seen, start, stop);
      else if (stop > start) this.#readHeader(seen, start, stop);
      else {
        this.text = seen.slice(0, endOfLines(seen, start));
        this.isDone = true;
        return lf + 1;
      }
      if (this.fault !== undefined) return lf + 1;
    }
  }

  #readStatus(seen: string, start: number, stop: number): void {
    // An empty line before it, left over by the answer before, is passed over (RFC 9112 2.2 asks it of servers).
    if (stop === start && start < 8) return;
    const status = statusOf(seen, start, stop);
    if (status < 0) {
      const line = JSON.stringify(seen.slice(start, Math.min(stop, start + 80)));
      this.fault = protocolFailure(`The answer does not begin with a status line of HTTP/1 but ${line}`);
      return;
    }
    this.status = status;
    this.message = seen.slice(start + 13, stop);
    this.#isOld = seen.charCodeAt(start + 7) === 48;
  }

  /** Only names that matter to the connection are looked at, told by their first letter; others are found in the head when somebody asks. */
  #readHeader(seen: string, start: number, stop: number): void {
    const letter = seen.charCodeAt(start) | 32;
    if (!isLookedAt[letter]) return;
    const colon = seen.indexOf(':', start);
    if (colon < 0 || colon >= stop) return;
    switch (colon - start) {
      case 10:
        if (is(seen, start, 'connection')) this.#readConnection(value(seen, colon, stop));
        else if (is(seen, start, 'set-cookie')) this.setsCookies = true;
        else if (is(seen, start, 'keep-alive')) this.keptMs = keptMs(value(seen, colon, stop));
        return;
      case 12:
        if (is(seen, start, 'content-type')) this.contentType = value(seen, colon, stop);
        return;
      case 14:
        if (is(seen, start, 'content-length')) this.#readLength(value(seen, colon, stop));
        return;
      case 16:
        if (is(seen, start, 'content-encoding')) this.contentEncoding = value(seen, colon, stop);
        else if (is(seen, start, 'x-relevo-outcome')) this.outcome = value(seen, colon, stop);
        return;
      case 17:
        if (is(seen, start, 'transfer-encoding'))
          this.#codings += `,${value(seen, colon, stop).toLowerCase()}`;
        return;
    }
  }

  #readConnection(options: string): void {
    const lower = options.toLowerCase();
    if (lower === 'keep-alive') this.#isKeeping = true;
    else
      for (const option of lower.split(',')) {
        if (option.trim() === 'close') this.#isClosing = true;
        else if (option.trim() === 'keep-alive') this.#isKeeping = true;
      }
  }

  #readLength(text: string): void {
    const length = /^\d{1,15}$/.test(text) ? Number(text) : sameLength(text);
    if (length === unknownLength)
      this.fault = protocolFailure(`Content-Length ${JSON.stringify(text)} is none`);
    else if (this.length !== unknownLength && this.length !== length)
      this.fault = protocolFailure(`Content-Length is ${this.length} as well as ${length}`);
    else this.length = length;
  }
}

/** Of `HTTP/1.1 200 reason`, the reason may be missing; -1: it is none. */
function statusOf(seen: string, start: number, stop: number): number {
  if (!seen.startsWith('HTTP/1.', start) || seen.charCodeAt(start + 8) !== 32 || stop < start + 12) return -1;
  if (stop > start + 12 && seen.charCodeAt(start + 12) !== 32) return -1;
  let status = 0;
  for (let at = start + 9; at < start + 12; at++) {
    const digit = seen.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  return status < 100 ? -1 : status;
}

/** RFC 9112 6.3: the same value several times is that value. */
function sameLength(text: string): number {
  const [first = '', ...others] = text.split(',').map((part) => part.trim());
  const isOne = /^\d{1,15}$/.test(first) && others.every((other) => other === first);
  return isOne ? Number(first) : unknownLength;
}

/** Keep-Alive has never become a standard, but servers say `timeout=5`. */
function keptMs(text: string): number {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(text)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
}

/** The end of the last line before the empty one that begins at `start`. */
function endOfLines(seen: string, start: number): number {
  return seen.charCodeAt(start - 2) === 13 ? start - 2 : start - 1;
}

function value(seen: string, colon: number, stop: number): string {
  // Nearly always one space before and none behind.
  const start = seen.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1;
  return seen.slice(start, stop).trim();
}

/** `name` in lower case; letters and hyphens only, which the bit of small letters leaves as they are. */
function is(seen: string, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if ((seen.charCodeAt(start + index) | 32) !== name.charCodeAt(index)) return false;
  }
  return true;
}
