// Which fields of a head matter to a proxy, and where they are. All others are passed on without anybody having looked at their names.

import type { Marks } from './heads.ts';

/** Kinds of fields; less than 32, so that a set of them is a number (fields.ts). */
export const field = {
  connection: 1,
  contentLength: 2,
  cookie: 3,
  expect: 4,
  forwarded: 5,
  forwardedFor: 6,
  forwardedHost: 7,
  forwardedPort: 8,
  forwardedProto: 9,
  /** All other X-Forwarded-*. */
  forwardedOther: 10,
  host: 11,
  keepAlive: 12,
  location: 13,
  outcome: 14,
  proxyConnection: 15,
  requestId: 16,
  setCookie: 17,
  te: 18,
  transferEncoding: 19,
  upgrade: 20,
  /** A name that a server which turns `-` into `_`, as CGI does, would take for one of the others. */
  lookalike: 21,
  /** One that it would go by to find the end of the message. */
  framingLookalike: 22,
  loadId: 23,
} as const;

const names: readonly (readonly [string, number])[] = [
  ['connection', field.connection],
  ['content-length', field.contentLength],
  ['cookie', field.cookie],
  ['expect', field.expect],
  ['forwarded', field.forwarded],
  ['x-forwarded-for', field.forwardedFor],
  ['x-forwarded-host', field.forwardedHost],
  ['x-forwarded-port', field.forwardedPort],
  ['x-forwarded-proto', field.forwardedProto],
  ['host', field.host],
  ['keep-alive', field.keepAlive],
  ['location', field.location],
  ['x-relevo-load-id', field.loadId],
  ['x-relevo-outcome', field.outcome],
  ['proxy-connection', field.proxyConnection],
  ['x-request-id', field.requestId],
  ['set-cookie', field.setCookie],
  ['te', field.te],
  ['transfer-encoding', field.transferEncoding],
  ['upgrade', field.upgrade],
];
const kinds: ReadonlyMap<string, number> = new Map(names);
const allForwarded = 'x-forwarded-';

/** 1 for a first letter (any case) and a length that a name which matters can have together: 32 lengths for each letter. */
const shapes = new Uint8Array(256 * 32);
for (const [name] of names) {
  shapes[name.charCodeAt(0) * 32 + name.length] = 1;
  shapes[name.toUpperCase().charCodeAt(0) * 32 + name.length] = 1;
}

/** The kind of the field whose line begins at `start`; 0 for one that does not matter. */
function kindAt(text: string, start: number): number {
  const length = text.indexOf(':', start) - start;
  const first = text.charCodeAt(start);
  // X-Forwarded-* has any length.
  const isX = (first | 0x20) === 0x78;
  if (!isX && (length >= 32 || shapes[first * 32 + length] === 0)) return 0;
  return kindOfName(text.slice(start, start + length));
}

function kindOfName(written: string): number {
  const name = written.toLowerCase();
  const kind = kinds.get(name);
  if (kind !== undefined) return kind;
  if (name.startsWith(allForwarded)) return field.forwardedOther;
  if (!name.includes('_')) return 0;
  const meant = name.replaceAll('_', '-');
  const twin = kinds.get(meant);
  if (twin === field.contentLength || twin === field.transferEncoding) return field.framingLookalike;
  return twin !== undefined || meant.startsWith(allForwarded) ? field.lookalike : 0;
}

/**
 * Where the fields that matter are; -1 when there are more than `most` fields. `text` has been found well-formed: every line has a colon
 * and ends in CRLF, and CR is nowhere else. `from`: behind the first line.
 */
export function markFields(text: string, from: number, most: number): number[] | -1 {
  const marks: number[] = [];
  let count = 0;
  for (let at = from; at < text.length; ) {
    const end = text.indexOf('\r', at) + 2;
    count += 1;
    const kind = kindAt(text, at);
    if (kind !== 0) marks.push(kind, at, end);
    at = end;
  }
  return count > most ? -1 : marks;
}

/** The value of the marked field that begins at marks[index], trimmed. */
export function markedValue(text: string, marks: Marks, index: number): string {
  const colon = text.indexOf(':', marks[index + 1] as number);
  return trimmed(text, colon + 1, (marks[index + 2] as number) - 2);
}

/** text from `start` to `end` without the spaces and tabs around it. (String.trim would also take away 0xA0, which is no space here.) */
export function trimmed(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
