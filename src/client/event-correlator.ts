// Decides what becomes of an event: a new one, a higher count of one that exists, one of many similar ones, or nothing
// (the rules and figures of client-go's EventCorrelator). Pure but for the clock.

import type { CoreV1Event, V1ObjectReference } from '../api/generated/types.ts';
import { timestamp } from '../api/timestamp.ts';
import type { Clock } from '../base/clock.ts';
import type { Draft } from './resource.ts';

export interface EventFacts {
  involvedObject: V1ObjectReference;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
  host?: string;
}

/** An event with its final name and count. `count` above 1: it was sent before under this name. */
export type CorrelatedEvent = Draft<CoreV1Event> & { count: number };

/** Events about one object that may come at once, and how long one more takes to be allowed. */
const burst = 25;
const refillMs = 300_000;
/** So many different messages with one reason within the window become one event. */
const maxSimilar = 10;
const similarWindowMs = 600_000;
const cacheSize = 4096;

interface Bucket {
  tokens: number;
  at: number;
}

interface Similar {
  messages: Set<string>;
  at: number;
}

interface Seen {
  name: string;
  count: number;
  firstTimestamp: string;
}

export class EventCorrelator {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  readonly #similar = new Map<string, Similar>();
  readonly #seen = new Map<string, Seen>();
  #serial = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: throttled. */
  correlate(facts: EventFacts): CorrelatedEvent | undefined {
    const source = [facts.component, facts.host ?? '', objectPart(facts.involvedObject)].join('\0');
    const group = [source, facts.type, facts.reason].join('\0');
    const combined = this.#isOneOfMany(group, facts.message);
    if (!this.#hasToken(source)) return undefined;
    // Once combined, the message no longer tells events apart.
    const seen = this.#count(combined ? group : `${group}\0${facts.message}`, facts.involvedObject);
    const message = combined ? `(combined from similar events): ${facts.message}` : facts.message;
    return this.#eventOf(facts, message, seen);
  }

  #eventOf(facts: EventFacts, message: string, seen: Seen): CorrelatedEvent {
    const { involvedObject, type, reason, component, host } = facts;
    return {
      metadata: { name: seen.name, namespace: involvedObject.namespace || 'default' },
      involvedObject,
      type,
      reason,
      message,
      source: host ? { component, host } : { component },
      firstTimestamp: seen.firstTimestamp,
      lastTimestamp: this.#timestamp(),
      count: seen.count,
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }

  #isOneOfMany(group: string, message: string): boolean {
    const now = this.#clock.monotonic();
    const known = this.#similar.get(group);
    const fresh =
      known && now - known.at <= similarWindowMs ? known : { messages: new Set<string>(), at: now };
    fresh.at = now;
    if (fresh.messages.size <= maxSimilar) fresh.messages.add(message);
    remember(this.#similar, group, fresh);
    return fresh.messages.size > maxSimilar;
  }

  #hasToken(source: string): boolean {
    const now = this.#clock.monotonic();
    const old = this.#buckets.get(source) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, old.tokens + (now - old.at) / refillMs);
    const allowed = tokens >= 1;
    remember(this.#buckets, source, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed;
  }

  #count(key: string, about: V1ObjectReference): Seen {
    const known = this.#seen.get(key);
    const seen = known
      ? { ...known, count: known.count + 1 }
      : { name: this.#nameFor(about), count: 1, firstTimestamp: this.#timestamp() };
    remember(this.#seen, key, seen);
    return seen;
  }

  /** `web.18a2b3…`: the object, then something that never repeats. */
  #nameFor(about: V1ObjectReference): string {
    const unique = BigInt(this.#clock.now()) * 1_000_000n + BigInt(this.#serial++ % 1_000_000);
    return `${about.name ?? 'unknown'}.${unique.toString(16)}`;
  }

  #timestamp(): string {
    return timestamp(this.#clock.now());
  }
}

function objectPart({ kind, namespace, name, uid, apiVersion, fieldPath }: V1ObjectReference): string {
  return [kind, namespace, name, uid, apiVersion, fieldPath].join('\0');
}

/** A map as a cache: what was touched longest ago is dropped first. */
function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size <= cacheSize) return;
  const oldest = cache.keys().next().value;
  if (oldest !== undefined) cache.delete(oldest);
}
