// The cookies of one user: RFC 6265 5.3 and 5.4, with those that a plan puts in at the beginning. There is no list of public suffixes: a
// domain of one label is taken for one.

import { isIP } from 'node:net';
import type { CookieJar as JarSettings } from '../plan/plan.ts';
import { parseSetCookie, type SetCookie } from './set-cookie.ts';
import { wireText } from './wire-text.ts';

/** Where a request goes, as far as cookies care. */
export interface CookieTarget {
  readonly secure: boolean;
  readonly host: string;
  /** With query. */
  readonly target: string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Empty: of all hosts. */
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly expiresAt: number;
  readonly order: number;
}

/** As many as browsers keep; the oldest go first. */
const mostCookies = 3_000;

export class CookieJar {
  readonly settings: JarSettings;
  readonly #now: () => number;
  /** By domain, path and name. */
  readonly #cookies = new Map<string, Cookie>();
  #order = 0;
  #line = '';
  /** Of what target that line is; empty: of none any more. */
  #lineKey = '';
  /** When the first cookie ends. */
  #lineUntil = 0;

  /** Templates of the settings are evaluated already; a cookie without a domain is sent to all hosts. `now`: milliseconds since the epoch. */
  constructor(settings: JarSettings, now: () => number) {
    this.settings = settings;
    this.#now = now;
    this.clear();
  }

  /** What the plan put in is there again. */
  clear(): void {
    this.#cookies.clear();
    this.#lineKey = '';
    for (const cookie of this.settings.cookies) {
      const domain = cookie.domain.replace(/^\./, '').toLowerCase();
      const path = cookie.path === '' ? '/' : cookie.path;
      this.#put({ ...cookie, domain, path, hostOnly: false, expiresAt: Number.POSITIVE_INFINITY });
    }
  }

  /** headerFor() as a line of the head; empty: nothing to send. The same target again costs next to nothing. */
  lineFor(target: CookieTarget): string {
    if (this.#cookies.size === 0) return '';
    const key = `${target.secure ? 's' : ''} ${target.host} ${target.target}`;
    if (key !== this.#lineKey || this.#lineUntil <= this.#now()) {
      const header = this.headerFor(target);
      this.#line = header === '' ? '' : `\r\nCookie: ${wireText(header)}`;
      this.#lineKey = key;
      this.#lineUntil = Math.min(...[...this.#cookies.values()].map(({ expiresAt }) => expiresAt));
    }
    return this.#line;
  }

  /** What to send as Cookie; empty: nothing. Longer paths first, then older cookies. */
  headerFor({ secure, host, target }: CookieTarget): string {
    if (this.#cookies.size === 0) return '';
    const name = canonical(host);
    const path = pathOf(target);
    const now = this.#now();
    const fitting = [...this.#cookies.values()].filter(
      (cookie) =>
        cookie.expiresAt > now &&
        (secure || !cookie.secure) &&
        (cookie.hostOnly ? cookie.domain === name : domainMatches(name, cookie.domain)) &&
        pathMatches(path, cookie.path),
    );
    fitting.sort((a, b) => b.path.length - a.path.length || a.order - b.order);
    return fitting.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  }

  /** What an answer sets; each of `headers` is one Set-Cookie. */
  take({ secure, host, target }: CookieTarget, headers: readonly string[]): void {
    const name = canonical(host);
    const now = this.#now();
    for (const header of headers) {
      const set = parseSetCookie(header, now);
      if (set === undefined || (set.secure && !secure) || !maySet(name, set)) continue;
      this.#put({
        name: set.name,
        value: set.value,
        secure: set.secure,
        domain: set.domain === '' ? name : set.domain,
        hostOnly: set.domain === '' || isSingle(name),
        path: set.path ?? defaultPath(target),
        expiresAt: set.expiresAt ?? Number.POSITIVE_INFINITY,
      });
    }
  }

  #put(cookie: Omit<Cookie, 'order'>): void {
    this.#lineKey = '';
    const key = `${cookie.domain};${cookie.path};${cookie.name}`;
    const order = this.#cookies.get(key)?.order ?? this.#order++;
    if (cookie.expiresAt <= this.#now()) this.#cookies.delete(key);
    else this.#cookies.set(key, { ...cookie, order });
    const [oldest] = this.#cookies.keys();
    if (this.#cookies.size > mostCookies && oldest !== undefined) this.#cookies.delete(oldest);
  }
}

/** RFC 6265 5.3 step 5 and 6. */
function maySet(host: string, { domain }: SetCookie): boolean {
  if (domain === '' || domain === host) return true;
  return !isSingle(domain) && domainMatches(host, domain);
}

/** An address, or a name that could be a public suffix: its cookies are for itself alone. */
function isSingle(host: string): boolean {
  return !host.includes('.') || isIP(host) !== 0;
}

/** RFC 6265 5.1.3. */
function domainMatches(host: string, domain: string): boolean {
  if (domain === '' || host === domain) return true;
  return host.endsWith(`.${domain}`) && isIP(host) === 0;
}

/** RFC 6265 5.1.4. */
function pathMatches(path: string, of: string): boolean {
  return path.startsWith(of) && (path.length === of.length || of.endsWith('/') || path[of.length] === '/');
}

function defaultPath(target: string): string {
  const path = pathOf(target);
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  return path.startsWith('/') ? path : '/';
}

function canonical(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, '');
}
