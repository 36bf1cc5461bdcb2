// What is durable, and therefore visible: the newest version of every key, the recent past, and who watches it.
// No I/O and no clock: a driver says what became durable and when.

import type { ResolvedStoreOptions } from './defaults.ts';
import { History } from './history.ts';
import { endOfPrefix, resourceOf } from './keys.ts';
import { SortedKeys } from './sorted-keys.ts';
import type { ListOptions, ListResult, Stored, StoreEvent, Subscription } from './store.ts';
import type { Change, Version } from './version.ts';
import { CommitListeners, Watchers } from './watchers.ts';

/** What a driver found when it opened: the newest version of every live key, and the changes after `compacted`, oldest first. */
export interface Loaded {
  live: Map<string, Version>;
  changes: Change[];
  revision: number;
  compacted: number;
}

export const nothingLoaded = (): Loaded => ({ live: new Map(), changes: [], revision: 0, compacted: 0 });

export class State {
  readonly #live: Map<string, Version>;
  readonly #keys = new Map<string, SortedKeys>();
  readonly #history: History;
  readonly #watchers: Watchers;
  readonly #commits: CommitListeners;
  #revision: number;

  constructor(loaded: Loaded, options: Pick<ResolvedStoreOptions, 'history' | 'onListenerError'>) {
    this.#live = loaded.live;
    this.#revision = loaded.revision;
    this.#history = new History(options.history, loaded.compacted);
    this.#watchers = new Watchers(options.onListenerError);
    this.#commits = new CommitListeners(options.onListenerError);
    for (const change of loaded.changes) this.#history.add(change);
    const byResource = Map.groupBy(loaded.live.keys(), resourceOf);
    for (const [resource, keys] of byResource) this.#keys.set(resource, new SortedKeys(keys));
  }

  get revision(): number {
    return this.#revision;
  }

  get compactedRevision(): number {
    return this.#history.compacted;
  }

  get(key: string): Version | undefined {
    return this.#live.get(key);
  }

  count(prefix: string): number {
    const keys = this.#keys.get(resourceOf(prefix));
    const end = endOfPrefix(prefix);
    return keys === undefined ? 0 : keys.rank(end) - keys.rank(prefix);
  }

  list(prefix: string, options: ListOptions = {}): ListResult {
    const { after, limit = 0, revision = this.#revision } = options;
    const past = this.#history.since(revision, this.#revision);
    const end = endOfPrefix(prefix);
    // The smallest string after a key is the key and a zero unit.
    const from = after !== undefined && after >= prefix ? `${after}\0` : prefix;
    const replaced = statesBefore(past, prefix);
    const { found, total } =
      replaced.size > 0 ? this.#past(from, end, replaced) : this.#now(from, end, limit);
    const items = limit > 0 ? found.slice(0, limit) : found;
    return { items, revision, remaining: total - items.length };
  }

  /** Synchronously delivers what history holds above `fromRevision`, then what is committed. See Store.watch. */
  watch(
    prefix: string,
    fromRevision: number,
    onEvents: (events: readonly StoreEvent[]) => void,
  ): Subscription {
    endOfPrefix(prefix);
    const missed = this.#history
      .since(fromRevision, this.#revision)
      .filter((change) => change.key.startsWith(prefix));
    return this.#watchers.add(prefix, this.#revision, missed, onEvents);
  }

  onCommit(listener: (revision: number) => void): Subscription {
    return this.#commits.add(listener);
  }

  /**
   * Makes durable changes visible and tells the watchers, then the commit listeners. The revisions grow; `nowMs` is monotonic.
   * Returns the changes that fell out of history, oldest first.
   */
  commit(changes: readonly Change[], nowMs: number): Change[] {
    for (const change of changes) this.#apply(change, nowMs);
    this.#revision = changes.at(-1)?.revision ?? this.#revision;
    const forgotten = this.#history.trim(nowMs);
    this.#watchers.publish(changes, this.#revision);
    this.#commits.publish(this.#revision);
    // Only now: the watchers compare with the state before.
    for (const change of changes) supersededBy(change)?.supersede();
    return forgotten;
  }

  /** Forgets what the history window does not cover; commit does it too. */
  trim(nowMs: number): Change[] {
    return this.#history.trim(nowMs);
  }

  #apply(change: Change, nowMs: number): void {
    const { key, after } = change;
    change.committedAtMs = nowMs;
    this.#history.add(change);
    if (after === undefined) {
      this.#live.delete(key);
      this.#keys.get(resourceOf(key))?.delete(key);
      return;
    }
    if (!this.#live.has(key)) this.#keysOf(key).add(key);
    this.#live.set(key, after);
  }

  #keysOf(key: string): SortedKeys {
    const resource = resourceOf(key);
    let keys = this.#keys.get(resource);
    if (keys === undefined) {
      keys = new SortedKeys();
      this.#keys.set(resource, keys);
    }
    return keys;
  }

  /** The live versions from `from` up to `end`, at most `limit`, and how many there are in all. */
  #now(from: string, end: string, limit: number): { found: Stored[]; total: number } {
    const keys = this.#keys.get(resourceOf(from));
    if (keys === undefined) return { found: [], total: 0 };
    const first = keys.rank(from);
    const last = keys.rank(end);
    const slice = keys.slice(first, limit > 0 ? Math.min(last, first + limit) : last);
    return { found: slice.map((key) => this.#live.get(key) as Version), total: last - first };
  }

  /** The versions from `from` up to `end` with `replaced` in place of the live ones. */
  #past(
    from: string,
    end: string,
    replaced: Map<string, Version | undefined>,
  ): { found: Stored[]; total: number } {
    const found = this.#now(from, end, 0).found.filter(({ key }) => !replaced.has(key));
    for (const [key, version] of replaced) {
      if (version !== undefined && key >= from && key < end) found.push(version);
    }
    found.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { found, total: found.length };
  }
}

/** The state of every changed key with the prefix before the first of `changes`. */
function statesBefore(changes: readonly Change[], prefix: string): Map<string, Version | undefined> {
  const states = new Map<string, Version | undefined>();
  for (const { key, previous } of changes) {
    if (key.startsWith(prefix) && !states.has(key)) states.set(key, previous);
  }
  return states;
}

/** The version whose parsed value nobody reads again: the one before, or the last of a removed key. */
function supersededBy(change: Change): Version | undefined {
  if (change.type === 'delete') change.object.supersede();
  return change.previous;
}
