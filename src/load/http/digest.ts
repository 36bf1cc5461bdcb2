// Answers a challenge of HTTP Digest: RFC 7616 with MD5, SHA-256 and SHA-512-256, their session variants, qop=auth, and what is older and has
// no qop (RFC 2069). The body is not protected (auth-int): next to nobody asks for that.

import { hash } from 'node:crypto';
import type { Challenge } from './challenge.ts';

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the server spells it; undefined: it did not, which means MD5. */
  readonly algorithm: string | undefined;
  /** OpenSSL's name. */
  readonly hash: 'md5' | 'sha256' | 'sha512-256';
  readonly isSession: boolean;
  readonly hasQop: boolean;
  readonly hashesUser: boolean;
  readonly isStale: boolean;
}

export interface DigestRequest {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** Target as it is sent. */
  readonly uri: string;
  /** How often this nonce has been used, this time included. */
  readonly count: number;
  readonly cnonce: string;
}

const hashes: Readonly<Record<string, DigestChallenge['hash']>> = {
  md5: 'md5',
  'sha-256': 'sha256',
  'sha-512-256': 'sha512-256',
};

/** The first that can be answered, as the server's order is its wish (RFC 7616 3.7). */
export function digestChallenge(challenges: readonly Challenge[]): DigestChallenge | undefined {
  for (const { scheme, parameters } of challenges) {
    if (scheme !== 'digest') continue;
    const algorithm = parameters.get('algorithm');
    const [, name = '', session] = /^(.*?)(-sess)?$/.exec(algorithm?.toLowerCase() ?? 'md5') ?? [];
    const hashName = hashes[name];
    const qop = parameters.get('qop');
    const hasQop = qop?.split(',').some((option) => option.trim().toLowerCase() === 'auth') === true;
    const nonce = parameters.get('nonce');
    if (hashName === undefined || nonce === undefined || (qop !== undefined && !hasQop)) continue;
    return {
      realm: parameters.get('realm') ?? '',
      nonce,
      opaque: parameters.get('opaque'),
      algorithm,
      hash: hashName,
      isSession: session !== undefined,
      hasQop,
      hashesUser: parameters.get('userhash')?.toLowerCase() === 'true',
      isStale: parameters.get('stale')?.toLowerCase() === 'true',
    };
  }
  return undefined;
}

/** The value of Authorization. */
export function digestAuthorization(challenge: DigestChallenge, request: DigestRequest): string {
  const { user, cnonce, uri } = request;
  const { realm, nonce, opaque, algorithm, hasQop, hashesUser } = challenge;
  const name = hashesUser ? hash(challenge.hash, `${user}:${realm}`) : user;
  return [
    `Digest username=${quoted(name)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${responseOf(challenge, request)}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(hasQop ? ['qop=auth', `nc=${countText(request.count)}`] : []),
    ...(hasQop || challenge.isSession ? [`cnonce=${quoted(cnonce)}`] : []),
    ...(hashesUser ? ['userhash=true'] : []),
  ].join(', ');
}

/** RFC 7616 3.4.1. */
function responseOf(
  { realm, nonce, hasQop, isSession, hash: name }: DigestChallenge,
  { user, password, method, uri, cnonce, count }: DigestRequest,
): string {
  const secret = hash(name, `${user}:${realm}:${password}`);
  const first = isSession ? hash(name, `${secret}:${nonce}:${cnonce}`) : secret;
  const second = hash(name, `${method}:${uri}`);
  const middle = hasQop ? `${nonce}:${countText(count)}:${cnonce}:auth` : nonce;
  return hash(name, `${first}:${middle}:${second}`);
}

function countText(count: number): string {
  return count.toString(16).padStart(8, '0');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
