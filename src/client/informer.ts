// A live, indexed copy of one resource, and whoever wants to hear of its changes. Handlers see every change once and in order;
// what a gap in the watch swallowed is made up for after the next list.

import type { KubeObject } from '../api/object.ts';
import { Subscribable } from '../base/subscribable.ts';
import { Indexer, type IndexFunction, type Lister } from './indexer.ts';
import { keyOf } from './object-key.ts';
import { Reflector, type ReflectorOptions, type ReflectorSink } from './reflector.ts';
import { resourceName } from './resource.ts';

export type InformerOptions<T extends KubeObject> = ReflectorOptions<T>;

/** Called synchronously. A handler that throws is logged and does not keep the others from hearing. */
export interface InformerHandler<T> {
  /** Also for what was there already when the handler was added. */
  added?(object: T): void;
  updated?(object: T, old: T): void;
  /** The last state; after a gap in the watch it may be older than the one the object had when it went. */
  deleted?(object: T): void;
}

type Tell<T> = (handler: InformerHandler<T>) => void;

export class Informer<T extends KubeObject> {
  readonly #options: InformerOptions<T>;
  readonly #indexer = new Indexer<T>();
  readonly #handlers = new Subscribable<Tell<T>>();
  readonly #abort = new AbortController();
  readonly #firstSync = Promise.withResolvers<void>();
  #synced = false;
  #running: Promise<void> | undefined;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    // Nobody has to wait for it.
    this.#firstSync.promise.catch(() => {});
  }

  /** The objects as last seen: shared and immutable. */
  get lister(): Lister<T> {
    return this.#indexer;
  }

  /** True once the first list is complete and the handlers know of it. */
  get hasSynced(): boolean {
    return this.#synced;
  }

  /** See Indexer.addIndex(). At any time. */
  addIndex(name: string, of: IndexFunction<T>): void {
    this.#indexer.addIndex(name, of);
  }

  /** The returned function removes it. At any time. */
  addHandler(handler: InformerHandler<T>): () => void {
    const hear = (tell: Tell<T>) => this.#guarded(() => tell(handler));
    for (const object of this.#indexer.list()) hear((h) => h.added?.(object));
    return this.#handlers.subscribe(hear);
  }

  /** Idempotent. */
  start(): void {
    if (this.#running || this.#abort.signal.aborted) return;
    const sink: ReflectorSink<T> = {
      replace: (objects) => this.#replace(objects),
      changed: (object) => this.#changed(object),
      deleted: (object) => this.#deleted(keyOf(object), object),
    };
    this.#running = new Reflector(this.#options, sink).run(this.#abort.signal);
  }

  /** Resolves with hasSynced; rejects when the informer is closed before. */
  synced(): Promise<void> {
    return this.#firstSync.promise;
  }

  /** Idempotent; no handler is called after it. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#firstSync.reject(new Error(`the informer of ${resourceName(this.#options.resource)} was closed`));
    await this.#running;
  }

  #replace(objects: readonly T[]): void {
    const gone = new Set(this.#indexer.keys());
    for (const object of objects) gone.delete(keyOf(object));
    // Deletions first: a successor that took over something unique must not meet its predecessor.
    for (const key of gone) this.#deleted(key);
    for (const object of objects) this.#changed(object);
    this.#synced = true;
    this.#firstSync.resolve();
  }

  #changed(object: T): void {
    const old = this.#indexer.get(keyOf(object));
    if (old?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    // A new object under the name of one whose end was missed.
    if (old && old.metadata.uid !== object.metadata.uid) this.#deleted(keyOf(object));
    const before = this.#indexer.set(object);
    this.#handlers.emit((h) => (before ? h.updated?.(object, before) : h.added?.(object)));
  }

  #deleted(key: string, last?: T): void {
    const old = this.#indexer.delete(key);
    if (!old) return;
    const object = last ?? old;
    this.#handlers.emit((h) => h.deleted?.(object));
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      const { logger, resource } = this.#options;
      logger.error('a handler of an informer failed', { resource: resourceName(resource), error });
    }
  }
}
