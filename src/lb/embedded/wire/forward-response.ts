// The head of an answer as the client gets it: the text that came, without what concerned the connection to the server.

import type { HeaderRule } from '../../model.ts';
import { outsidePath, type PathMapping } from '../../rewritten-paths.ts';
import { field, markedValue } from './field-marks.ts';
import { bitsOf, joinedMarks, textWithout } from './fields.ts';
import { framingField } from './forward-request.ts';
import { applyRules, withoutNames } from './header-rules.ts';
import type { ResponseHead } from './heads.ts';

export interface ResponseEdits {
  /** HTTP/1.minor of the request. */
  readonly clientMinor: 0 | 1;
  /** Whether the client's connection is to go on; it does not where clientGoesOn() says no. */
  readonly keepAlive: boolean;
  /** Applied in order, to everything but our own cookie. The same array for the same route: what is made of it is remembered. */
  readonly rules?: readonly HeaderRule[];
  /** The value of a Set-Cookie of ours. */
  readonly insertCookie?: string;
  /** Gets the value of each Set-Cookie of the server, gives what the client gets instead. */
  readonly rewriteCookie?: (setCookie: string) => string;
  readonly location?: LocationRewrite;
}

/** A Location that begins with `//` and one of `from`, with or without a scheme, gets `to` instead of all that. */
export interface LocationRewrite {
  /** Authorities by which the server may name itself: `10.1.0.4:8080`, lower case. */
  readonly from: readonly string[];
  /** Scheme and authority: `https://www.example.org`. */
  readonly to: string;
  /** The authority that the client asked, lower case. */
  readonly here: string;
  /** The path as the client has to see it where it was rewritten, with what follows it. Only of what leads here. */
  readonly path?: PathMapping;
}

const ofOneConnection = bitsOf(
  ...[field.connection, field.keepAlive, field.outcome, field.proxyConnection, field.transferEncoding],
  field.upgrade,
);
const [lengthBit, cookieBit, locationBit] = [
  ...[bitsOf(field.contentLength), bitsOf(field.setCookie), bitsOf(field.location)],
] as const;
const versionLength = 'HTTP/1.1'.length;
const reasonAt = 'HTTP/1.1 200'.length;

/** latin1, with the empty line. Always HTTP/1.1, as RFC 9110 section 6.2 has it; 1xx is not for clients of HTTP/1.0. */
export function forwardResponse(head: ResponseHead, edits: ResponseEdits): string {
  const location = edits.location === undefined ? undefined : rewrittenLocation(head, edits.location);
  let cut = ofOneConnection;
  if (!describesOtherBody(head)) cut |= lengthBit;
  if (edits.rewriteCookie !== undefined) cut |= cookieBit;
  if (location !== undefined) cut |= locationBit;

  let text = textWithout(head, versionLength, cut);
  if (head.text.charCodeAt(reasonAt) === 0x0d) text = text.replace('\r', ' \r');
  if (head.hopByHop.length > 0) text = withoutNames(text, head.hopByHop);
  if (edits.rewriteCookie !== undefined) text += rewrittenCookies(head, edits.rewriteCookie);
  if (location !== undefined) text += `Location: ${location}\r\n`;
  if (edits.rules !== undefined) text = applyRules(text, edits.rules);
  if (edits.insertCookie !== undefined) text += `Set-Cookie: ${edits.insertCookie}\r\n`;
  const framing = mustDechunk(head, edits.clientMinor) ? '' : framingField(head.framing);
  return `HTTP/1.1${text}${framing}${connectionFields(head, edits)}\r\n`;
}

/** Whether the body has to go through a Dechunker: HTTP/1.0 knows no chunks. Its end is then that of the connection. */
export function mustDechunk(head: ResponseHead, clientMinor: 0 | 1): boolean {
  return clientMinor === 0 && head.framing.type === 'chunked';
}

/** Whether a client of that version can tell where this answer ends without the connection being closed. */
export function clientGoesOn(head: ResponseHead, clientMinor: 0 | 1): boolean {
  return head.framing.type !== 'close' && !mustDechunk(head, clientMinor);
}

/** Content-Length of an answer to HEAD, and of 304, tells of a body that is not there; 1xx and 204 must not have any (RFC 9110 section 8.6). */
function describesOtherBody(head: ResponseHead): boolean {
  return head.framing.type === 'none' && head.status >= 200 && head.status !== 204;
}

function connectionFields(head: ResponseHead, edits: ResponseEdits): string {
  if (head.status < 200) {
    return head.upgrade === undefined ? '' : `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  }
  if (!edits.keepAlive || !clientGoesOn(head, edits.clientMinor)) return 'Connection: close\r\n';
  return edits.clientMinor === 0 ? 'Connection: keep-alive\r\n' : '';
}

function rewrittenCookies(head: ResponseHead, rewrite: (setCookie: string) => string): string {
  const { text, marks } = head;
  let lines = '';
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] === field.setCookie) lines += `Set-Cookie: ${rewrite(markedValue(text, marks, i))}\r\n`;
  }
  return lines;
}

/** Undefined: Location stays, or there is none. */
function rewrittenLocation(
  head: ResponseHead,
  { from, to, here, path }: LocationRewrite,
): string | undefined {
  const location = joinedMarks(head, field.location, ',');
  if (location === undefined) return undefined;
  const match = /^(?:https?:)?\/\/([^/?#]*)/i.exec(location);
  if (match === null) return path && location.startsWith('/') ? outsidePath(location, path) : undefined;
  const authority = (match[1] as string).toLowerCase();
  const isServer = from.includes(authority);
  if (!isServer && (path === undefined || authority !== here)) return undefined;
  const rest = location.slice(match[0].length);
  return (isServer ? to : match[0]) + (path === undefined ? rest : outsidePath(rest, path));
}
