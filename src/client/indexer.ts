// What an informer remembers: objects by key and by any number of named indexes, kept up to date with every change.

import type { KubeObject } from '../api/object.ts';
import type { LabelSelectorMatcher } from '../api/selectors.ts';
import { keyFor, keyOf } from './object-key.ts';

/** The values under which an object is found in an index; none leaves it out. */
export type IndexFunction<T> = (object: T) => readonly string[];

export interface ListerQuery {
  namespace?: string;
  selector?: LabelSelectorMatcher;
}

/** The reading side. Objects are shared and immutable; arrays are the caller's. */
export interface Lister<T> {
  readonly size: number;
  /** By `namespace/name`, or `name`. */
  get(key: string): T | undefined;
  /** By name in a namespace ('' or undefined for resources without). */
  find(namespace: string | undefined, name: string): T | undefined;
  /** In no particular order. */
  list(query?: ListerQuery): T[];
  /** Throws a TypeError for an index nobody added. */
  byIndex(index: string, value: string): T[];
}

interface Index<T> {
  of: IndexFunction<T>;
  buckets: Map<string, Map<string, T>>;
}

const namespaceIndex = 'namespace';

export class Indexer<T extends KubeObject> implements Lister<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();

  constructor() {
    this.addIndex(namespaceIndex, (object) => [object.metadata.namespace ?? '']);
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Adding one under a name that exists changes nothing: sharers of an informer name the same index alike. */
  addIndex(name: string, of: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index: Index<T> = { of, buckets: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) put(index, key, object);
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  find(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(keyFor(namespace, name));
  }

  list({ namespace, selector }: ListerQuery = {}): T[] {
    const all = namespace ? this.byIndex(namespaceIndex, namespace) : [...this.#objects.values()];
    return selector && !selector.everything
      ? all.filter((object) => selector.matches(object.metadata.labels))
      : all;
  }

  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new TypeError(`there is no index named ${JSON.stringify(name)}`);
    return [...(index.buckets.get(value)?.values() ?? [])];
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** Returns what was there before. */
  set(object: T): T | undefined {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (old) drop(index, key, old);
      put(index, key, object);
    }
    return old;
  }

  /** Returns what was there. */
  delete(key: string): T | undefined {
    const old = this.#objects.get(key);
    if (!old) return undefined;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) drop(index, key, old);
    return old;
  }
}

function put<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.of(object)) {
    const bucket = index.buckets.get(value);
    if (bucket) bucket.set(key, object);
    else index.buckets.set(value, new Map([[key, object]]));
  }
}

function drop<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.of(object)) {
    const bucket = index.buckets.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) index.buckets.delete(value);
  }
}
