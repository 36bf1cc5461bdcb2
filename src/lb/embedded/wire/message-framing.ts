// Where the body of a message ends (RFC 9112 section 6.3), from its Content-Length and Transfer-Encoding; two answers to that are none.

import { field, markedValue, trimmed } from './field-marks.ts';
import type { Framing, Malformed, Marks } from './heads.ts';

const none: Framing = { type: 'none' };
const chunked: Framing = { type: 'chunked' };

/** What the fields say; `none` where they say nothing. `status` of a refusal is that of requests. */
export function readFraming(text: string, marks: Marks, minor: 0 | 1): Framing | Malformed {
  let length = -1;
  let coding = -1;
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] === field.contentLength) {
      if (length >= 0) return refusals.twoLengths;
      length = i;
    } else if (marks[i] === field.transferEncoding) {
      if (coding >= 0) return refusals.twoCodings;
      coding = i;
    }
  }
  if (coding < 0) return length < 0 ? none : readLength(markedValue(text, marks, length));
  if (length >= 0) return refusals.both;
  // RFC 9112 section 6.1: a recipient of HTTP/1.0 with Transfer-Encoding has to take its framing for faulty.
  return minor === 0 ? refusals.tooOld : readCoding(markedValue(text, marks, coding));
}

function readLength(value: string): Framing | Malformed {
  // Fifteen digits are less than 2^53; a list, even of equal numbers, is not read.
  if (!/^\d{1,15}$/.test(value)) return refusals.length;
  const bytes = Number(value);
  return bytes === 0 ? emptyBody : { type: 'length', bytes };
}

/** Content-Length: 0, which says more than nothing: a POST goes on with it. */
const emptyBody: Framing = { type: 'length', bytes: 0 };

function readCoding(value: string): Framing | Malformed {
  const lower = value.toLowerCase();
  if (lower === 'chunked') return chunked;
  // A coding that we do not know is 501 (RFC 9112 section 6.1); chunked in any disguise is an attempt.
  const codings = lower.split(',').map((coding) => trimmed(coding, 0, coding.length));
  const last = codings.indexOf('chunked');
  const wellFormed =
    codings.every((coding) => /^[a-z\d_-]+$/.test(coding)) && (last < 0 || last === codings.length - 1);
  return wellFormed ? refusals.coding : refusals.codingShape;
}

const refusals = {
  twoLengths: { status: 400, reason: 'more than one Content-Length' },
  twoCodings: { status: 400, reason: 'more than one Transfer-Encoding' },
  both: { status: 400, reason: 'Content-Length with Transfer-Encoding' },
  tooOld: { status: 400, reason: 'Transfer-Encoding in HTTP/1.0' },
  length: { status: 400, reason: 'invalid Content-Length' },
  coding: { status: 501, reason: 'Transfer-Encoding other than chunked' },
  codingShape: { status: 400, reason: 'Transfer-Encoding is not chunked' },
} as const satisfies Record<string, Malformed>;
