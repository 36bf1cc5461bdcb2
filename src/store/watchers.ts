// Who is told about which keys. Indexed by resource, then by prefix: a commit is filtered once per distinct prefix of the
// resources that it touches, however many watchers share it, and those of other resources cost nothing.

import { resourceOf } from './keys.ts';
import type { StoreEvent, Subscription } from './store.ts';

type OnEvents = (events: readonly StoreEvent[]) => void;

interface Watcher {
  readonly onEvents: OnEvents;
  /** Everything up to here was delivered to it. */
  position: number;
  closed: boolean;
}

type ByPrefix = Map<string, Set<Watcher>>;

export class Watchers {
  readonly #resources = new Map<string, ByPrefix>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Delivers `missed` at once, if any, then what is published with a revision above `position`. */
  add(
    prefix: string,
    position: number,
    missed: readonly StoreEvent[],
    onEvents: (events: readonly StoreEvent[]) => void,
  ): Subscription {
    const watcher: Watcher = { onEvents, position, closed: false };
    const group = this.#group(prefix);
    group.add(watcher);
    if (missed.length > 0) this.#tell(watcher, missed);
    return {
      close: () => {
        watcher.closed = true;
        group.delete(watcher);
        this.#forget(prefix, group);
      },
    };
  }

  /** Delivers one commit. A watcher added during the delivery already has it from history. */
  publish(events: readonly StoreEvent[], revision: number): void {
    for (const [resource, ofResource] of groupByResource(events)) {
      for (const [prefix, group] of [...(this.#resources.get(resource) ?? [])]) {
        const wanted = withPrefix(ofResource, prefix);
        if (wanted.length === 0) continue;
        for (const watcher of [...group]) {
          if (watcher.closed || watcher.position >= revision) continue;
          watcher.position = revision;
          this.#tell(watcher, wanted);
        }
      }
    }
  }

  #tell(watcher: Watcher, events: readonly StoreEvent[]): void {
    try {
      watcher.onEvents(events);
    } catch (error) {
      this.#onError(error);
    }
  }

  #group(prefix: string): Set<Watcher> {
    const resource = resourceOf(prefix);
    const byPrefix: ByPrefix = this.#resources.get(resource) ?? new Map();
    this.#resources.set(resource, byPrefix);
    const group: Set<Watcher> = byPrefix.get(prefix) ?? new Set();
    byPrefix.set(prefix, group);
    return group;
  }

  #forget(prefix: string, group: Set<Watcher>): void {
    const resource = resourceOf(prefix);
    const byPrefix = this.#resources.get(resource);
    if (group.size > 0 || byPrefix?.get(prefix) !== group) return;
    byPrefix.delete(prefix);
    if (byPrefix.size === 0) this.#resources.delete(resource);
  }
}

/** Callbacks without a prefix: told the revision after every commit. */
export class CommitListeners {
  readonly #listeners = new Set<{ listener: (revision: number) => void }>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: (revision: number) => void): Subscription {
    const entry = { listener };
    this.#listeners.add(entry);
    return { close: () => void this.#listeners.delete(entry) };
  }

  publish(revision: number): void {
    for (const { listener } of this.#listeners) {
      try {
        listener(revision);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

function groupByResource(events: readonly StoreEvent[]): Map<string, readonly StoreEvent[]> {
  const groups = new Map<string, StoreEvent[]>();
  for (const event of events) {
    const resource = resourceOf(event.key);
    const group = groups.get(resource);
    if (group === undefined) groups.set(resource, [event]);
    else group.push(event);
  }
  return groups;
}

function withPrefix(events: readonly StoreEvent[], prefix: string): readonly StoreEvent[] {
  // The prefix of a whole resource: everybody shares the one array.
  if (prefix.indexOf('/') === prefix.length - 1) return events;
  return events.filter((event) => event.key.startsWith(prefix));
}
