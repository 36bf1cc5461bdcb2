// Where an answer sends its user, and with what. Methods change as with JMeter and browsers: 301, 302 and 303 make a GET of everything but
// HEAD, 307 and 308 leave request and body as they are (RFC 9110 15.4).

import { protocolFailure, uriFailure } from './failures.ts';
import { headerOf } from './header-lines.ts';
import type { HttpFailure, ResolvedRequest } from './http-exchange.ts';
import { originOf, urlOf } from './origin.ts';

/** JMeter's default of httpsampler.max_redirects. */
export const mostRedirects = 20;

export interface Redirected {
  readonly url: string;
  /** Or why nobody can go there. */
  readonly request: ResolvedRequest | HttpFailure;
}

export function isRedirect(status: number): boolean {
  return status === 302 || status === 301 || status === 303 || status === 307 || status === 308;
}

/** Undefined: nowhere. */
export function redirected(request: ResolvedRequest, status: number, head: string): Redirected | undefined {
  if (request.redirects === 'no' || !isRedirect(status)) return undefined;
  const location = headerOf(head, 'location');
  if (location === undefined || location === '') return undefined;
  const text = Buffer.from(location, 'latin1').toString();
  const url = URL.parse(text, urlOf(request));
  if (url === null) return { url: text, request: uriFailure(`Redirect to what is no URL: ${text}`) };
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { url: text, request: protocolFailure(`Redirect to another protocol than HTTP: ${text}`) };
  return { url: url.href, request: requestTo(url, request, status) };
}

function requestTo(url: URL, request: ResolvedRequest, status: number): ResolvedRequest {
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const place = { secure, host: url.hostname, port };
  const isElsewhere = originOf(place).key !== originOf(request).key;
  const becomesGet = status < 307 && request.method !== 'HEAD' && request.method !== 'GET';
  return {
    ...request,
    ...place,
    target: url.pathname + url.search,
    method: becomesGet ? 'GET' : request.method,
    headers: request.headers.filter(
      ([name]) => !(isElsewhere && ofOrigin.has(name.toLowerCase())) && !(becomesGet && ofBody.test(name)),
    ),
    body: becomesGet ? undefined : request.body,
  };
}

/** Not for others to see. */
const ofOrigin = new Set(['host', 'authorization', 'cookie']);
const ofBody = /^(content-|transfer-encoding$|expect$)/i;
