// What a Set-Cookie header says: RFC 6265 5.2. Whether it may say so is the jar's business.

import { cookieDate } from './cookie-date.ts';

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Milliseconds since the epoch; undefined: until the jar is emptied. */
  readonly expiresAt?: number;
  /** In lower case, without a leading dot. Empty: none. */
  readonly domain: string;
  /** Undefined: the default of its URL. */
  readonly path?: string;
  readonly secure: boolean;
}

/** As RFC 6265bis and browsers limit a cookie: its name and value together. */
const mostBytes = 4_096;

/** Undefined: it sets nothing. */
export function parseSetCookie(header: string, now: number): SetCookie | undefined {
  const [pair = '', ...attributes] = header.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (equals < 0 || name === '' || name.length + value.length > mostBytes) return undefined;
  const cookie: Mutable = { name, value, domain: '', secure: false };
  for (const attribute of attributes) takeAttribute(cookie, attribute, now);
  const { maxAgeAt, ...rest } = cookie;
  return maxAgeAt === undefined ? rest : { ...rest, expiresAt: maxAgeAt };
}

type Mutable = { -readonly [Key in keyof SetCookie]: SetCookie[Key] } & { maxAgeAt?: number };

/** Of several of a kind the last counts; Max-Age goes before Expires. */
function takeAttribute(cookie: Mutable, attribute: string, now: number): void {
  const equals = attribute.indexOf('=');
  const name = (equals < 0 ? attribute : attribute.slice(0, equals)).trim().toLowerCase();
  const value = equals < 0 ? '' : attribute.slice(equals + 1).trim();
  if (name === 'secure') cookie.secure = true;
  else if (name === 'path') cookie.path = value.startsWith('/') ? value : undefined;
  else if (name === 'domain' && value !== '') cookie.domain = value.replace(/^\./, '').toLowerCase();
  else if (name === 'expires') cookie.expiresAt = cookieDate(value) ?? cookie.expiresAt;
  else if (name === 'max-age' && /^-?\d+$/.test(value)) {
    const seconds = Number(value);
    cookie.maxAgeAt = seconds > 0 ? now + seconds * 1_000 : 0;
  }
}
