// The head of a request as a server gets it: the text that came, without what concerned one connection only, and with what we know of the
// peer. How long its body is stands in a line of our own, so that no spelling of it gets past us.

import type { HeaderRule } from '../../model.ts';
import { field } from './field-marks.ts';
import { bitsOf, joinedMarks, textWithout } from './fields.ts';
import { applyRules, withoutNames } from './header-rules.ts';
import type { Framing, RequestHead } from './heads.ts';
import type { Peer } from './peer.ts';

export interface RequestEdits {
  /** The same one for all requests of a connection. */
  readonly peer: Peer;
  /** Becomes X-Request-Id: what believedRequestId() says, or a new one. */
  readonly requestId: string;
  /** Instead of head.path; the query stays. */
  readonly path?: string;
  /** Applied last, in order. The same array for the same route: what is made of it is remembered. */
  readonly rules?: readonly HeaderRule[];
  /** Instead of all Cookie fields; null: none. Undefined: they stay. */
  readonly cookie?: string | null;
  /** Whether the connection to the server is to go on after the answer. */
  readonly keepAlive: boolean;
  /** Host where the client named none, as HTTP/1.0 may: address and port of the server. */
  readonly hostIfNone: string;
  /** Takes Expect out: the client was told to continue already. */
  readonly withoutExpect?: boolean;
}

const ofOneConnection = bitsOf(
  ...[field.connection, field.keepAlive, field.lookalike, field.proxyConnection, field.requestId, field.te],
  ...[field.contentLength, field.transferEncoding, field.upgrade],
);
const ofProxies = bitsOf(
  ...[field.forwarded, field.forwardedFor, field.forwardedHost, field.forwardedPort, field.forwardedProto],
  field.forwardedOther,
);
// The others that a trusted proxy sent stay as they are.
const ofTrustedProxies = bitsOf(field.forwarded, field.forwardedFor);
const [hostBit, cookieBit, expectBit] = [bitsOf(field.host), bitsOf(field.cookie), bitsOf(field.expect)];

/** latin1, with the empty line. Always HTTP/1.1, with the framing of the head, so that the body can follow as it comes. */
export function forwardRequest(head: RequestHead, edits: RequestEdits): string {
  const { peer } = edits;
  const targetAsItCame = head.text.charCodeAt(head.method.length + 1) === head.target.charCodeAt(0);
  const hostStays = targetAsItCame && head.authority !== '';
  let cut = ofOneConnection | (peer.trusted ? ofTrustedProxies : ofProxies);
  if (!hostStays) cut |= hostBit;
  if (edits.cookie !== undefined) cut |= cookieBit;
  // RFC 9110 section 10.1.1: of HTTP/1.0 it is ignored, and as HTTP/1.1 it would not be.
  if (edits.withoutExpect === true || head.minor === 0) cut |= expectBit;

  const lineStays = targetAsItCame && head.minor === 1 && edits.path === undefined;
  let text = textWithout(head, lineStays ? 0 : head.text.indexOf('\r') + 2, cut);
  if (head.hopByHop.length > 0) text = withoutNames(text, head.hopByHop);
  text += peer.trusted ? fieldsAfterTrusted(head, peer) : peer.fieldsFor(head.authority);
  text += `X-Request-Id: ${edits.requestId}\r\n`;
  if (!hostStays) text += `Host: ${head.authority || edits.hostIfNone}\r\n`;
  if (typeof edits.cookie === 'string') text += `Cookie: ${edits.cookie}\r\n`;
  if (edits.rules !== undefined) text = applyRules(text, edits.rules);
  if (!lineStays) text = requestLine(head, edits) + text;
  return `${text}${framingField(head.framing)}${connectionFields(head, edits)}\r\n`;
}

function requestLine(head: RequestHead, edits: RequestEdits): string {
  const target = edits.path === undefined || head.path === '*' ? head.target : edits.path + head.query;
  return `${head.method} ${target} HTTP/1.1\r\n`;
}

/** What a trusted proxy said, with our own peer, that proxy, behind it. */
function fieldsAfterTrusted(head: RequestHead, peer: Peer): string {
  const before = joinedMarks(head, field.forwardedFor, ', ');
  let text = `X-Forwarded-For: ${before ? `${before}, ` : ''}${peer.address}\r\n`;
  const has = (kind: number) => joinedMarks(head, kind, ',') !== undefined;
  if (!has(field.forwardedProto)) text += `X-Forwarded-Proto: ${peer.scheme}\r\n`;
  if (!has(field.forwardedPort)) text += `X-Forwarded-Port: ${peer.port}\r\n`;
  if (!has(field.forwardedHost) && head.authority !== '') text += `X-Forwarded-Host: ${head.authority}\r\n`;
  const elements = joinedMarks(head, field.forwarded, ', ');
  return `${text}Forwarded: ${elements ? `${elements}, ` : ''}${peer.forwardedElement(head.authority)}\r\n`;
}

/** The line that says how long a body is; empty where there is none to be announced. */
export function framingField(framing: Framing): string {
  if (framing.type === 'length') return `Content-Length: ${framing.bytes}\r\n`;
  return framing.type === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '';
}

function connectionFields(head: RequestHead, edits: RequestEdits): string {
  if (head.upgrade !== undefined) return `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  return edits.keepAlive ? '' : 'Connection: close\r\n';
}
