// Where a head ends, and whether one that has not ended yet can still become a good one.

import type { RequestLimits } from '../../model.ts';
import { badByte, requestLineFault } from './head-shape.ts';
import type { Malformed } from './heads.ts';

const emptyLine = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** The index behind the empty line that ends the head; -1 while it is not there. `from`: where to look from; three bytes before what is new. */
export function findHeadEnd(buffer: Buffer, from: number): number {
  const at = buffer.indexOf(emptyLine, from);
  return at < 0 ? -1 : at + 4;
}

/**
 * What has come of a request while findHeadEnd says -1, from its first byte: undefined while it may become a good one; otherwise what it is
 * refused with, so that nobody waits for the end of what can only be refused. An empty buffer may become a good one.
 */
export function judgeUnfinishedHead(bytes: Buffer, limits: RequestLimits): Malformed | undefined {
  if (bytes.length >= limits.headBytes) return headTooLong(bytes, limits);
  const text = bytes.toString('latin1', firstLineStart(bytes));
  if (!/^(?:[!#$%&'*+\-.^_`|~\dA-Za-z]{0,32}$|[!#$%&'*+\-.^_`|~\dA-Za-z]{1,32} )/.test(text)) return noMethod;
  const reason = badByte(text.endsWith('\r') ? text.slice(0, -1) : text);
  if (reason !== undefined) return { status: 400, reason };
  const end = text.indexOf('\r\n');
  return end < 0 ? undefined : requestLineFault(text.slice(0, end));
}

/** Methods of more than 32 characters are not waited for; registered ones have at most 17. */
const noMethod: Malformed = { status: 400, reason: 'invalid method' };

/** For a head of more than limits.headBytes, whole or not: 414 where its first line alone is longer, else 431. */
export function headTooLong(bytes: Buffer, limits: RequestLimits): Malformed {
  const end = bytes.indexOf(lineEnd, firstLineStart(bytes));
  const isLine = end < 0 || end >= limits.headBytes;
  return isLine
    ? { status: 414, reason: 'the request line is too long' }
    : { status: 431, reason: 'the head is too long' };
}

function firstLineStart(bytes: Buffer): number {
  return bytes[0] === 0x0d && (bytes.length === 1 || bytes[1] === 0x0a) ? Math.min(2, bytes.length) : 0;
}
