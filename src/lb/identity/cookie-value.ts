// How a cookie names a server: by an HMAC of its id, so that it follows the pod and tells nobody who it is. Two modes, as HAProxy's `cookie`:
// a cookie of the balancer's own (insert), or a prefix to one of the application (prefix). Reads and edits single header field values.

import { createHmac } from 'node:crypto';

/** Between the server's value and the application's. */
const separator = '~';
const valueLength = 16;
const prefixPattern = new RegExp(`^([A-Za-z0-9_-]{${valueLength}})${separator}`);

/** 16 characters of base64url: 96 bits, which nobody guesses. `key` has 32 bytes. */
export function cookieValue(key: Buffer, serverId: string): string {
  return createHmac('sha256', key).update(serverId).digest('base64url').slice(0, valueLength);
}

/** The Set-Cookie of mode insert. `overTls` is the client's connection, or what a trusted proxy says of it. */
export function insertedCookie(name: string, value: string, overTls: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${overTls ? '; Secure' : ''}`;
}

/** A Set-Cookie of the application, with the prefix where it sets the cookie that is meant. */
export function withPrefix(setCookie: string, name: string, value: string): string {
  const pair = pairOf(setCookie);
  if (pair?.name !== name) return setCookie;
  return `${setCookie.slice(0, pair.valueAt)}${value}${separator}${setCookie.slice(pair.valueAt)}`;
}

export interface ReadCookie {
  /** What names the server; undefined: the client has none. */
  readonly value?: string;
  /** The field for the server; undefined: nothing is left of it. */
  readonly field?: string;
}

/** A Cookie field of mode insert: ours is read and taken out, others stay as they came. Of several the first counts. */
export function readInserted(field: string, name: string): ReadCookie {
  const parts = field.split(';');
  const kept = parts.filter((part) => pairOf(part)?.name !== name);
  if (kept.length === parts.length) return { field };
  const ours = parts.find((part) => pairOf(part)?.name === name) as string;
  const value = ours.slice(pairOf(ours)?.valueAt).trim();
  return { value, field: kept.length === 0 ? undefined : kept.join(';').trimStart() };
}

/** A Cookie field of mode prefix: the prefix is read and taken out. One that is not ours is the application's and stays. */
export function readPrefixed(field: string, name: string): ReadCookie {
  let value: string | undefined;
  const parts = field.split(';').map((part) => {
    const pair = pairOf(part);
    const match = pair?.name === name ? prefixPattern.exec(part.slice(pair.valueAt)) : null;
    if (!pair || !match) return part;
    value ??= match[1];
    return part.slice(0, pair.valueAt) + part.slice(pair.valueAt + match[0].length);
  });
  return value === undefined ? { field } : { value, field: parts.join(';') };
}

interface Pair {
  readonly name: string;
  /** Where its value begins. */
  readonly valueAt: number;
}

// Names of cookies are case-sensitive (RFC 6265 section 5.4); blanks around name and value do not belong to them.
function pairOf(part: string): Pair | undefined {
  const equals = part.indexOf('=');
  if (equals === -1) return undefined;
  const blanks = /^[ \t]*/.exec(part.slice(equals + 1))?.[0].length ?? 0;
  return { name: part.slice(0, equals).trim(), valueAt: equals + 1 + blanks };
}
