// Reads the head of a request, strictly (RFC 9112): what two readers could understand in two ways is refused. The speed of the balancer is
// decided here and in forward-request.ts: one pass of a regular expression, one pass over the lines, no text of a field that is not needed.

import type { RequestLimits } from '../../model.ts';
import { type Authority, readAuthority, sameAuthority } from './authority.ts';
import { isEndToEnd, readConnection } from './connection-options.ts';
import { field, markedValue, markFields } from './field-marks.ts';
import { headTooLong } from './head-end.ts';
import { requestFault, requestShape } from './head-shape.ts';
import type { Framing, Malformed, Marks, RequestHead } from './heads.ts';
import { readFraming } from './message-framing.ts';
import { type RequestTarget, readTarget } from './request-target.ts';

const versionLength = ' HTTP/1.1\r\n'.length;

/** `bytes`: exactly the head, up to what findHeadEnd() says; one CRLF before it is tolerated (RFC 9112 section 2.2). */
export function readRequestHead(bytes: Buffer, limits: RequestLimits): RequestHead | Malformed {
  if (bytes.length > limits.headBytes) return headTooLong(bytes, limits);
  const text = bytes.toString('latin1', bytes[0] === 0x0d && bytes[1] === 0x0a ? 2 : 0, bytes.length - 2);
  if (!requestShape.test(text)) return requestFault(text);
  const methodEnd = text.indexOf(' ');
  const targetEnd = text.indexOf(' ', methodEnd + 1);
  const method = text.slice(0, methodEnd);
  if (method === 'CONNECT') return refusals.connect;
  const target = readTarget(method, text.slice(methodEnd + 1, targetEnd));
  if ('status' in target) return target;
  const minor = text.charCodeAt(targetEnd + versionLength - 3) === 0x31 ? 1 : 0;
  const marks = markFields(text, targetEnd + versionLength, limits.headers);
  return marks === -1 ? refusals.tooManyFields : withFields(text, method, target, minor, marks);
}

function withFields(
  text: string,
  method: string,
  target: RequestTarget,
  minor: 0 | 1,
  marks: Marks,
): RequestHead | Malformed {
  const framing = readFraming(text, marks, minor);
  if ('status' in framing) return framing;
  const connection = readConnection(text, marks);
  if (connection === undefined) return refusals.connection;
  if (connection.names.length > 0 && connection.names.some(isEndToEnd)) return refusals.endToEnd;
  const authority = readHost(text, marks, minor, target);
  if ('status' in authority) return authority;
  return {
    text,
    minor,
    framing,
    keepAlive: minor === 1 ? !connection.close : connection.keepAlive && !connection.close,
    upgrade: connection.upgrade ? readUpgrade(text, marks, minor, framing) : undefined,
    hopByHop: connection.names,
    marks,
    method,
    target: target.text,
    path: target.path,
    query: target.query,
    authority: authority.text,
    host: authority.host,
    expectsContinue: minor === 1 && readsContinue(text, marks),
  };
}

const noAuthority: Authority = { text: '', host: '', port: '' };

/** What Host and an absolute target say together. RFC 9112 section 3.2.2 lets the target win; two that disagree are refused here. */
function readHost(text: string, marks: Marks, minor: 0 | 1, target: RequestTarget): Authority | Malformed {
  let at = -1;
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] === field.framingLookalike) return refusals.lookalike;
    if (marks[i] !== field.host) continue;
    if (at >= 0) return refusals.twoHosts;
    at = i;
  }
  const absolute = target.absolute;
  if (at < 0) return minor === 1 ? refusals.noHost : (absolute?.authority ?? noAuthority);
  const named = readAuthority(markedValue(text, marks, at));
  if (named === undefined) return refusals.host;
  if (absolute === undefined) return named;
  return sameAuthority(named, absolute.authority, absolute.scheme) ? absolute.authority : refusals.disagree;
}

/**
 * The protocol to switch to. One alone, and none that is HTTP or TLS again: through such a tunnel requests would reach the server that
 * nobody has looked at. An Upgrade that is not followed is as good as not there (RFC 9110 section 7.8), so it is not forwarded either.
 */
function readUpgrade(text: string, marks: Marks, minor: 0 | 1, framing: Framing): string | undefined {
  if (minor === 0 || framing.type !== 'none') return undefined;
  let value: string | undefined;
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] !== field.upgrade) continue;
    if (value !== undefined) return undefined;
    value = markedValue(text, marks, i);
  }
  const isOne = value !== undefined && /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?$/.test(value);
  return isOne && !/^(?:h2c?|https?|tls)(?:\/|$)/i.test(value as string) ? value : undefined;
}

function readsContinue(text: string, marks: Marks): boolean {
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] !== field.expect) continue;
    if (markedValue(text, marks, i).toLowerCase() === '100-continue') return true;
  }
  return false;
}

const refusals = {
  connect: { status: 501, reason: 'CONNECT' },
  tooManyFields: { status: 431, reason: 'too many fields' },
  connection: { status: 400, reason: 'Connection is no list of names' },
  endToEnd: { status: 400, reason: 'Connection names a field that is for the server' },
  lookalike: { status: 400, reason: 'Content_Length or Transfer_Encoding' },
  twoHosts: { status: 400, reason: 'more than one Host' },
  noHost: { status: 400, reason: 'no Host' },
  host: { status: 400, reason: 'invalid Host' },
  disagree: { status: 400, reason: 'Host is not that of the target' },
} as const satisfies Record<string, Malformed>;
