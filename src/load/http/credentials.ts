// Proves who a user is, where the plan says so. Basic goes along unasked, as JMeter sends it by default; Digest answers a challenge, and from
// then on goes along with every request to the same origin.

import { randomBytes } from 'node:crypto';
import { challengesOf } from './challenge.ts';
import { type DigestChallenge, digestAuthorization, digestChallenge } from './digest.ts';
import { headersOf } from './header-lines.ts';
import type { ResolvedRequest } from './http-exchange.ts';
import { originOf, urlOf } from './origin.ts';
import { wireText } from './wire-text.ts';

type Authorization = ResolvedRequest['authorizations'][number];

interface KnownChallenge {
  readonly challenge: DigestChallenge;
  count: number;
}

/** Of one user. */
export class Credentials {
  readonly #random: (bytes: number) => Buffer;
  /** By origin and user. */
  readonly #known = new Map<string, KnownChallenge>();

  constructor(random: (bytes: number) => Buffer = randomBytes) {
    this.#random = random;
  }

  clear(): void {
    this.#known.clear();
  }

  /** A line of the head; empty: nothing is known to send. `target`: as it is sent. */
  lineFor(request: ResolvedRequest, target: string): string {
    const authorization = authorizationFor(request);
    if (authorization === undefined) return '';
    const known = this.#known.get(keyOf(request, authorization));
    if (known !== undefined) return this.#digestLine(request.method, target, authorization, known);
    return authorization.mechanism === 'basic' ? basicLine(authorization) : '';
  }

  /** Whether the request should be sent again, with the new lineFor(): its 401 has a challenge that has not been answered yet. */
  take(request: ResolvedRequest, head: string): boolean {
    const authorization = authorizationFor(request);
    if (authorization === undefined) return false;
    const challenges = challengesOf(headersOf(head, 'www-authenticate'));
    const { realm } = authorization;
    const challenge = digestChallenge(
      challenges.filter(({ parameters }) => realm === '' || parameters.get('realm') === realm),
    );
    if (challenge === undefined) return false;
    const key = keyOf(request, authorization);
    const before = this.#known.get(key)?.challenge;
    // The same again, and not because of its age: these credentials are not wanted.
    const isRefused = before !== undefined && before.nonce === challenge.nonce && !challenge.isStale;
    if (isRefused) this.#known.delete(key);
    else this.#known.set(key, { challenge, count: 0 });
    return !isRefused;
  }

  #digestLine(method: string, uri: string, { user, password }: Authorization, known: KnownChallenge): string {
    known.count++;
    const value = digestAuthorization(known.challenge, {
      user,
      password,
      method,
      uri,
      count: known.count,
      cnonce: this.#random(16).toString('hex'),
    });
    return `\r\nAuthorization: ${utf8Text(value)}`;
  }
}

/** The first whose URL the request's begins with, as with JMeter; a port that is the protocol's own may be there or not. */
export function authorizationFor(request: ResolvedRequest): Authorization | undefined {
  const { authorizations, secure, host, port, target } = request;
  if (authorizations.length === 0) return undefined;
  const plain = urlOf(request);
  const scheme = secure ? 'https' : 'http';
  const withPort = `${scheme}://${host}:${port}${target}`;
  return authorizations.find(({ url }) => isWithin(plain, url) || isWithin(withPort, url));
}

/** A host's name has to be there whole: what is for http://shop is not for http://shop.elsewhere. */
function isWithin(url: string, prefix: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const next = url[prefix.length] ?? '/';
  return prefix === '' || /^https?:\/\/[^/]*\//.test(prefix) || '/?:'.includes(next);
}

function basicLine({ user, password }: Authorization): string {
  return `\r\nAuthorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function keyOf(request: ResolvedRequest, { user }: Authorization): string {
  return `${originOf(request).key} ${user}`;
}

/** RFC 7616 4: names are in UTF-8. */
function utf8Text(value: string): string {
  return wireText(Buffer.from(value).toString('latin1'));
}
