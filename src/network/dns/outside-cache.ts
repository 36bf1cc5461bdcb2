// Remembers for a while what others answered about names that are not the cluster's, also that there is no such name, and asks only once
// when several want to know the same.

import type { Clock } from '../../base/clock.ts';
import type { OutsideAnswer, OutsideType, ResolveOutside } from '../../base/outside-names.ts';

export interface OutsideCacheOptions {
  clock: Clock;
  resolve: ResolveOutside;
  /** The most answers that are kept; the oldest make room. Default 1,000. */
  size?: number;
  /** How long an answer is waited for. Default 5,000. */
  timeoutMs?: number;
}

/** An answer and how many seconds it may still be believed, at least 1. */
export interface CachedAnswer {
  readonly answer: OutsideAnswer;
  readonly ttl: number;
}

interface Kept {
  readonly answer: OutsideAnswer;
  /** On the monotonic clock. */
  readonly until: number;
}

/** Seconds: what is told is bounded by these, since a laptop's network changes more often than its names say. */
const ttlBounds = { least: 5, most: 30, unknown: 30, missing: 5 };

export class OutsideCache {
  readonly #options: OutsideCacheOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<CachedAnswer>>();

  constructor(options: OutsideCacheOptions) {
    this.#options = options;
  }

  /** `name` in lower case. Rejects when nobody answered; that is not remembered. */
  find(name: string, type: OutsideType): Promise<CachedAnswer> {
    const key = `${type} ${name}`;
    const kept = this.#stillGood(key);
    if (kept) return Promise.resolve(kept);
    const asked = this.#asked.get(key);
    if (asked) return asked;
    const asking = this.#ask(key, name, type).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  #stillGood(key: string): CachedAnswer | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    const ttl = Math.ceil((kept.until - this.#options.clock.monotonic()) / 1_000);
    if (ttl >= 1) return { answer: kept.answer, ttl };
    this.#kept.delete(key);
    return undefined;
  }

  async #ask(key: string, name: string, type: OutsideType): Promise<CachedAnswer> {
    const { clock, resolve, size = 1_000 } = this.#options;
    const answer = await this.#inTime(resolve(name, type));
    const ttl = ttlOf(answer);
    // Behind all others: a Map keeps the order in which its keys came.
    this.#kept.delete(key);
    this.#kept.set(key, { answer, until: clock.monotonic() + ttl * 1_000 });
    if (this.#kept.size > size) this.#kept.delete(this.#kept.keys().next().value ?? '');
    return { answer, ttl };
  }

  #inTime(answer: Promise<OutsideAnswer>): Promise<OutsideAnswer> {
    const { clock, timeoutMs = 5_000 } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
      answer.then(resolve, reject).finally(cancel);
    });
  }
}

function ttlOf(answer: OutsideAnswer): number {
  const { least, most, unknown, missing } = ttlBounds;
  if ('missing' in answer || answer.records.length === 0) return missing;
  const told = Math.min(...answer.records.map(({ ttl = unknown }) => ttl));
  return Math.min(Math.max(told, least), most);
}
