// A request as it goes over the wire, cut open where the load id stands: made once for requests that are sent again and again. A string, not
// a Buffer: it leaves in one system call without an allocation of its own, and several users may write it at the same time.

import { loadIdHeader } from '../sample.ts';
import { protocolFailure, uriFailure } from './failures.ts';
import type { HttpFailure, ResolvedRequest } from './http-exchange.ts';
import { asciiHost, authorityOf, type Origin, originOf, urlOf } from './origin.ts';
import { wireText } from './wire-text.ts';

export interface RequestText {
  readonly origin: Origin;
  readonly url: string;
  /** As it is sent. */
  readonly target: string;
  /** Up to the load id. */
  readonly before: string;
  /** From behind the load id to the empty line. What is added to a request goes in between, each line as `\r\nName: value`. */
  readonly after: string;
  /** With a body that is small. */
  readonly tail: string;
  /** A body that is not. */
  readonly body?: Buffer;
  /** Of all of it but load id and additions. */
  readonly bytes: number;
  readonly isHead: boolean;
  /** RFC 9110 9.2.2: may be sent once more when nobody knows whether it arrived. */
  readonly isIdempotent: boolean;
  readonly keepAlive: boolean;
  readonly names: ReadonlySet<string>;
}

/** Up to here a body travels with its head as one string; Node writes those of 16 KiB and less without an allocation. */
const smallBody = 8 * 1_024;
const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);
const withBody = new Set(['POST', 'PUT', 'PATCH']);
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Or why it cannot be sent. */
export function requestText(request: ResolvedRequest): RequestText | HttpFailure {
  const fault = faultOf(request);
  if (fault !== undefined) return fault;
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const host = names.has('host') ? '' : `Host: ${authorityOf(request)}\r\n`;
  const target = encodedTarget(request.target);
  const before = `${request.method} ${target} HTTP/1.1\r\n${host}${loadIdHeader}: `;
  const lines = [
    ...request.headers.filter(([name]) => !own.has(name.toLowerCase())),
    ...added(request, names),
  ];
  const after = `${lines.map(([name, value]) => `\r\n${name}: ${wireText(value)}`).join('')}\r\n\r\n`;
  const isSmall = request.body !== undefined && request.body.length <= smallBody;
  return {
    origin: originOf(request),
    url: urlOf({ ...request, target }),
    target,
    before,
    after,
    tail: isSmall ? after + request.body.toString('latin1') : after,
    body: isSmall || request.body?.length === 0 ? undefined : request.body,
    bytes: before.length + after.length + (request.body?.length ?? 0),
    isHead: request.method === 'HEAD',
    isIdempotent: idempotent.has(request.method),
    keepAlive: request.keepAlive,
    names,
  };
}

/** Of the head, with what was added to it. */
export function headText(text: RequestText, loadId: string, additions: string): string {
  return (text.before + loadId + additions + text.after).slice(0, -4);
}

function* added(
  { body, keepAlive, method }: ResolvedRequest,
  names: ReadonlySet<string>,
): Generator<readonly [string, string]> {
  if (!names.has('connection')) yield ['Connection', keepAlive ? 'keep-alive' : 'close'];
  if (body !== undefined || withBody.has(method)) yield ['Content-Length', String(body?.length ?? 0)];
}

/** The body's frame is what it is, whatever the plan says; a load id of the plan's would be taken for ours. */
const own = new Set(['content-length', 'transfer-encoding', loadIdHeader.toLowerCase()]);

function faultOf({ method, host, port, target, headers }: ResolvedRequest): HttpFailure | undefined {
  if (!token.test(method)) return protocolFailure(`Method ${JSON.stringify(method)} is none`);
  if (host === '') return uriFailure('Host name may not be empty');
  if (/[^!-~\u0080-\uffff]|[/?#@\\]/.test(host) || asciiHost(host) === '')
    return uriFailure(`Illegal character in host name: ${JSON.stringify(host)}`);
  if (!(port >= 1 && port <= 65_535)) return uriFailure(`Port ${port} is not from 1 to 65535`);
  const illegal = target.search(/[^ -~\u0080-\uffff]/);
  if (illegal >= 0) return uriFailure(`Illegal character in path at index ${illegal}: ${target}`);
  for (const [name, value] of headers) {
    if (!token.test(name)) return protocolFailure(`Header name ${JSON.stringify(name)} is none`);
    if (/[\r\n\0]/.test(value)) return protocolFailure(`Header ${name} has a line break in its value`);
  }
  return undefined;
}

/** What may not stand in a URL (RFC 3986) as browsers send it: letters beyond ASCII and spaces, percent-encoded in UTF-8. */
function encodedTarget(target: string): string {
  // A fragment is the browser's own.
  const encoded = target
    .replace(/#.*$/, '')
    .replace(/[^\0-\x7f]+|[ "<>\\^`{|}]+/g, (letters) => encodeURIComponent(letters.toWellFormed()));
  if (encoded.startsWith('/') || encoded === '*') return encoded;
  return `/${encoded}`;
}
