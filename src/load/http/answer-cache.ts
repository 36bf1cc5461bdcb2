// What one user remembers of answers, as JMeter's HTTP Cache Manager does: no bodies, only when to ask again and how. GET alone.

import type { Cache as CacheSettings } from '../plan/plan.ts';
import { headerOf } from './header-lines.ts';

interface Remembered {
  readonly lastModified: string | undefined;
  readonly etag: string | undefined;
  /** Milliseconds since the epoch; undefined: is asked for each time. */
  readonly freshUntil: number | undefined;
  /** Names in the answer's Vary, and what the request had for them. */
  readonly vary: readonly string[];
  readonly varied: string;
}

type Headers = readonly (readonly [name: string, value: string])[];

/** JMeter takes what says nothing about its age for good. */
const oneYearMs = 365 * 24 * 3_600_000;

export class AnswerCache {
  readonly settings: CacheSettings;
  readonly #now: () => number;
  readonly #entries = new Map<string, Remembered>();

  /** `now`: milliseconds since the epoch. */
  constructor(settings: CacheSettings, now: () => number) {
    this.settings = settings;
    this.#now = now;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** `fresh`: there is nothing to ask. Else what to ask with, as lines of a head; empty: as if never seen. */
  look(url: string, headers: Headers): 'fresh' | string {
    const entry = this.#entries.get(url);
    if (entry === undefined || entry.varied !== variedBy(entry.vary, headers)) return '';
    // The one that was used last is forgotten last.
    this.#entries.delete(url);
    this.#entries.set(url, entry);
    if (entry.freshUntil !== undefined && entry.freshUntil > this.#now()) return 'fresh';
    const { lastModified, etag } = entry;
    const since = lastModified === undefined ? '' : `\r\nIf-Modified-Since: ${lastModified}`;
    return etag === undefined ? since : `${since}\r\nIf-None-Match: ${etag}`;
  }

  /** To be called with each answer to a GET. */
  take(url: string, headers: Headers, status: number, head: string): void {
    if ((status < 200 || status > 299) && status !== 304) return;
    const vary = (headerOf(head, 'vary') ?? '').split(',').map((name) => name.trim().toLowerCase());
    const control = headerOf(head, 'cache-control')?.toLowerCase();
    const before = status === 304 ? this.#entries.get(url) : undefined;
    const lastModified = headerOf(head, 'last-modified') ?? before?.lastModified;
    const etag = headerOf(head, 'etag') ?? before?.etag;
    const expires = headerOf(head, 'expires');
    const says = [lastModified, etag, expires, control].some((value) => value !== undefined && value !== '');
    if (vary.includes('*') || !says) return;
    if (this.settings.useExpires && control?.includes('no-store')) return;
    const freshUntil = this.settings.useExpires
      ? this.#freshUntil(control, expires, lastModified, headerOf(head, 'date'))
      : undefined;
    this.#entries.delete(url);
    this.#entries.set(url, { lastModified, etag, freshUntil, vary, varied: variedBy(vary, headers) });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.settings.maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** max-age goes before Expires; without both a tenth of the time since it was modified, else a year: as JMeter. */
  #freshUntil(
    control: string | undefined,
    expires: string | undefined,
    lastModified: string | undefined,
    date: string | undefined,
  ): number | undefined {
    if (control?.includes('no-cache')) return undefined;
    const maxAge = /max-age=(\d+)/.exec(control ?? '')?.[1];
    if (maxAge !== undefined) return this.#now() + Number(maxAge) * 1_000;
    // What is no date is over already (RFC 9111 5.3).
    if (expires !== undefined) return Date.parse(expires) || 0;
    const age = Date.parse(date ?? '') - Date.parse(lastModified ?? '');
    return this.#now() + (Number.isNaN(age) ? oneYearMs : age / 10);
  }
}

function variedBy(names: readonly string[], headers: Headers): string {
  const fitting = headers.filter(([name]) => names.includes(name.toLowerCase()));
  return fitting.map(([name, value]) => `${name.toLowerCase()}:${value}`).join('\n');
}
