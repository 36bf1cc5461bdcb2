// Reads the head of an answer, as strictly as that of a request where it says how long it is; everything malformed is 502.

import { isEndToEnd, noOptions, readConnection } from './connection-options.ts';
import { field, markedValue, markFields } from './field-marks.ts';
import { responseFault, responseShape } from './head-shape.ts';
import type { Framing, Malformed, Marks, ResponseHead } from './heads.ts';
import { readFraming } from './message-framing.ts';

/** Longer heads of answers are refused by whoever collects them. */
export const longestResponseHead = 65_536;

const none: Framing = { type: 'none' };
const untilClose: Framing = { type: 'close' };
const statusAt = 'HTTP/1.1 '.length;

/** `bytes`: exactly the head. 1xx has no body and is followed by another head, but for 101. */
export function readResponseHead(bytes: Buffer, requestMethod: string): ResponseHead | Malformed {
  const text = bytes.toString('latin1', 0, bytes.length - 2);
  if (!responseShape.test(text)) return responseFault(text);
  const lineEnd = text.indexOf('\r');
  const minor = text.charCodeAt(statusAt - 2) === 0x31 ? 1 : 0;
  const marks = markFields(text, lineEnd + 2, Number.MAX_SAFE_INTEGER) as Marks;
  const said = readFraming(text, marks, minor);
  if ('status' in said) return { status: 502, reason: said.reason };
  const status = Number(text.slice(statusAt, statusAt + 3));
  const upgrade = status === 101 && minor === 1 ? firstValue(text, marks, field.upgrade) : undefined;
  if (status === 101 && !upgrade) return { status: 502, reason: '101 without Upgrade' };
  const connection = readConnection(text, marks) ?? noOptions;
  const framing = framingOf(said, status, requestMethod);
  const staysOpen = minor === 1 ? !connection.close : connection.keepAlive && !connection.close;
  return {
    text,
    minor,
    framing,
    keepAlive: staysOpen && framing.type !== 'close',
    upgrade,
    // Servers name what is for the client by mistake; that is no reason to lose it.
    hopByHop:
      connection.names.length === 0 ? connection.names : connection.names.filter((n) => !isEndToEnd(n)),
    marks,
    status,
    reason: text.slice(statusAt + 4, lineEnd),
    keepAliveMs: keepAliveMs(firstValue(text, marks, field.keepAlive)),
  };
}

/** RFC 9112 section 6.3, rules 1, 4, 6 and 8. */
function framingOf(said: Framing, status: number, requestMethod: string): Framing {
  if (status < 200 || status === 204 || status === 304 || requestMethod === 'HEAD') return none;
  return said.type === 'none' ? untilClose : said;
}

function firstValue(text: string, marks: Marks, kind: number): string | undefined {
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] === kind) return markedValue(text, marks, i);
  }
  return undefined;
}

function keepAliveMs(value: string | undefined): number | undefined {
  const seconds = value === undefined ? null : /(?:^|[\s,])timeout=(\d{1,9})(?:[\s,]|$)/i.exec(value);
  return seconds === null ? undefined : Number(seconds[1]) * 1000;
}
