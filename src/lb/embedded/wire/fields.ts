// Looks a field up by its name, and copies heads without some of them.

import { field, markedValue, trimmed } from './field-marks.ts';
import type { Head, RequestHead } from './heads.ts';
import type { Peer } from './peer.ts';

/** The value of the first field of this name (any case), trimmed. Searches: not for what every request needs. */
export function fieldOf(head: Head, name: string): string | undefined {
  return fieldsOf(head, name)[0];
}

/** The values of all fields of this name (any case), in their order. */
export function fieldsOf(head: Head, name: string): string[] {
  const values: string[] = [];
  const wanted = name.toLowerCase();
  const { text } = head;
  for (let at = text.indexOf('\r') + 2; at < text.length; ) {
    const end = text.indexOf('\r', at);
    const colon = at + wanted.length;
    if (text.charCodeAt(colon) === 0x3a && text.slice(at, colon).toLowerCase() === wanted) {
      values.push(trimmed(text, colon + 1, end));
    }
    at = end + 2;
  }
  return values;
}

/** All Cookie fields as one (RFC 6265 section 5.4). */
export function cookieOf(head: RequestHead): string | undefined {
  return joinedMarks(head, field.cookie, '; ');
}

/** X-Request-Id of a peer that is trusted with it, where it is one of 1 to 128 visible characters. */
export function believedRequestId(head: RequestHead, peer: Peer): string | undefined {
  if (!peer.trusted) return undefined;
  const value = joinedMarks(head, field.requestId, ', ');
  return value !== undefined && /^[!-~]{1,128}$/.test(value) ? value : undefined;
}

/** X-Relevo-Load-Id, by which a load generator finds its request again, where it is one of 1 to 64 of [A-Za-z0-9._-]. */
export function loadIdOf(head: RequestHead): string | undefined {
  const value = joinedMarks(head, field.loadId, ', ');
  return value !== undefined && /^[\w.-]{1,64}$/.test(value) ? value : undefined;
}

/** The values of all marked fields of a kind as one; undefined: there is none. */
export function joinedMarks(head: Head, kind: number, separator: string): string | undefined {
  let joined: string | undefined;
  const { text, marks } = head;
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] !== kind) continue;
    const value = markedValue(text, marks, i);
    joined = joined === undefined ? value : joined + separator + value;
  }
  return joined;
}

/** The text of the head from `from` on, without the marked fields whose kinds are among the bits of `cut`. */
export function textWithout(head: Head, from: number, cut: number): string {
  const { text, marks } = head;
  let kept = '';
  let at = from;
  for (let i = 0; i < marks.length; i += 3) {
    if (((cut >>> (marks[i] as number)) & 1) === 0) continue;
    kept += text.slice(at, marks[i + 1]);
    at = marks[i + 2] as number;
  }
  return kept + text.slice(at);
}

/** The bits of these kinds, for textWithout(). */
export function bitsOf(...kinds: readonly number[]): number {
  return kinds.reduce((bits, kind) => bits | (1 << kind), 0);
}
