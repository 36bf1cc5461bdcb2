// A small API server in memory for tests of clients and controllers: generic objects with revisions, lists, watches and conflicts, and
// handles to make it fail. It knows no kinds: no defaults, no validation, no garbage collection.

import type { AnyObject, WatchEvent, WatchEventType } from '../../src/api/object.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  notFoundError,
  objectModified,
  StatusError,
} from '../../src/api/status.ts';
import { deepEqual } from '../../src/base/deep-equal.ts';
import { jsonClone } from '../../src/base/json-clone.ts';
import { statusErrorOf } from '../../src/client/response-error.ts';
import type {
  Transport,
  TransportRequest,
  TransportResponse,
  WatchStream,
} from '../../src/client/transport.ts';
import { filterOf, keyIn, keyOfTarget, type Target, targetOf } from './fake-target.ts';
import { type FakeChange, FakeWatch } from './fake-watch.ts';
import { mergePatch } from './merge-patch.ts';

export class FakeApi implements Transport {
  /** Every request that came, in order. */
  readonly requests: TransportRequest[] = [];
  /** Called before each request is served: throw a StatusError to answer with it, anything else to break the connection. */
  intercept: (request: TransportRequest) => void | Promise<void> = () => {};
  /** What now() is for timestamps, in milliseconds. */
  now: () => number = () => Date.now();
  readonly #objects = new Map<string, AnyObject>();
  readonly #watches = new Set<FakeWatch>();
  #history: FakeChange[] = [];
  #revision = 100;
  #compacted = 100;
  readonly #held = new Set<string>();

  async request(request: TransportRequest): Promise<TransportResponse> {
    this.requests.push(request);
    try {
      await this.intercept(request);
      await Promise.resolve();
      return { status: request.method === 'POST' ? 201 : 200, headers: {}, body: this.#serve(request) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { status: error.code, headers: {}, body: error.status };
    }
  }

  async watch(request: TransportRequest, onEvent: (event: WatchEvent) => void): Promise<WatchStream> {
    this.requests.push(request);
    await this.intercept(request);
    const from = Number(request.query?.resourceVersion ?? this.#revision);
    if (from < this.#compacted) {
      throw statusErrorOf({ status: 410, body: expired(`too old resource version: ${from}`).status });
    }
    const { collection, namespace } = targetOf(request.path);
    const filter = filterOf(request, namespace);
    const watch = new FakeWatch(collection, filter, onEvent, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    for (const change of this.#history) {
      if (change.collection === collection && change.revision > from) watch.push(change);
    }
    if (!this.#isHeld(collection)) watch.deliverSoon();
    return watch;
  }

  async close(): Promise<void> {
    this.endWatches();
  }

  /** The current objects of a collection (`pods`, `apps/deployments`). */
  all(collection: string): AnyObject[] {
    const prefix = `${collection}|`;
    return [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
  }

  find(collection: string, key: string): AnyObject | undefined {
    return this.#objects.get(`${collection}|${key}`);
  }

  /** Ends all watches in an orderly way. */
  endWatches(): void {
    for (const watch of [...this.#watches]) watch.close();
  }

  /** Breaks all watches, as a reset connection does. */
  breakWatches(): void {
    for (const watch of [...this.#watches]) watch.fail(new Error('connection reset'));
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Forgets history: older revisions are answered with 410. */
  compact(): void {
    this.#compacted = this.#revision;
    this.#history = [];
  }

  /** Sends something of its own into every open watch, e.g. an ERROR. */
  inject(event: WatchEvent): void {
    for (const watch of this.#watches) watch.inject(event);
  }

  /** Watchers of these collections (default: of all) hear nothing until release(): a slow informer. */
  hold(...collections: string[]): void {
    for (const collection of collections.length > 0 ? collections : ['']) this.#held.add(collection);
  }

  release(): void {
    this.#held.clear();
    for (const watch of this.#watches) watch.deliverSoon();
  }

  #isHeld(collection: string): boolean {
    return this.#held.has('') || this.#held.has(collection);
  }

  #serve(request: TransportRequest): unknown {
    const target = targetOf(request.path);
    switch (request.method) {
      case 'GET':
        return target.name === undefined ? this.#list(target, request) : this.#existing(target);
      case 'POST':
        return this.#create(target, request.body as AnyObject);
      case 'PUT':
        return this.#update(target, jsonClone(request.body as AnyObject));
      case 'PATCH':
        return this.#patch(target, request);
      case 'DELETE':
        return this.#delete(target, request.body as AnyObject | undefined);
    }
  }

  #list(target: Target, request: TransportRequest): unknown {
    const filter = filterOf(request, target.namespace);
    const [position, revision] = (request.query?.continue ?? '').split('@');
    const after = position ?? '';
    const matching = this.all(target.collection)
      .filter(filter)
      .sort((a, b) => (keyIn(target.collection, a) < keyIn(target.collection, b) ? -1 : 1))
      .filter((object) => keyIn(target.collection, object) > after);
    const limit = Number(request.query?.limit ?? 0) || matching.length;
    const items = matching.slice(0, limit);
    const last = items.at(-1);
    const metadata: AnyObject['metadata'] | Record<string, unknown> = {
      // A page shows the state as of the first one only in its revision: enough to test that informers keep it.
      resourceVersion: revision ?? String(this.#revision),
    };
    if (last && items.length < matching.length) {
      Object.assign(metadata, {
        continue: `${keyIn(target.collection, last)}@${revision ?? this.#revision}`,
      });
    }
    return { apiVersion: 'v1', kind: 'List', metadata, items };
  }

  #existing(target: Target): AnyObject {
    const object = this.#objects.get(keyOfTarget(target));
    if (!object) throw notFoundError(target, target.name ?? '');
    return object;
  }

  #create(target: Target, draft: AnyObject): AnyObject {
    if (target.name !== undefined) return draft;
    const object = jsonClone(draft);
    const { metadata } = object;
    metadata.name ||= `${metadata.generateName}${(this.#revision + 1).toString(36).padStart(5, '0')}`;
    if (target.namespace !== undefined) metadata.namespace = target.namespace;
    metadata.uid = `uid-${this.#revision + 1}`;
    metadata.creationTimestamp = new Date(this.now()).toISOString();
    metadata.generation = 1;
    const key = keyIn(target.collection, object);
    if (this.#objects.has(key)) throw alreadyExists(target, metadata.name);
    return this.#store(target.collection, 'ADDED', object, undefined);
  }

  #update(target: Target, next: AnyObject): AnyObject {
    const old = this.#existing(target);
    const expectedVersion = next.metadata.resourceVersion;
    if (expectedVersion && expectedVersion !== old.metadata.resourceVersion) {
      throw conflict(target, old.metadata.name, objectModified);
    }
    if (next.metadata.uid && next.metadata.uid !== old.metadata.uid) {
      throw conflict(
        target,
        old.metadata.name,
        `the UID in the precondition (${next.metadata.uid}) does not match`,
      );
    }
    return this.#replace(target, old, next);
  }

  #patch(target: Target, request: TransportRequest): AnyObject {
    if (request.contentType && !request.contentType.startsWith('application/merge-patch')) {
      throw badRequest(`the fake API has no ${request.contentType}`);
    }
    const old = this.#existing(target);
    const patch = request.body as { metadata?: { uid?: string } };
    return this.#update(target, mergePatch(jsonClone(old), patch) as AnyObject);
  }

  #replace(target: Target, old: AnyObject, next: AnyObject): AnyObject {
    const object: AnyObject =
      target.subresource === 'status' ? { ...old, status: next.status } : { ...next, status: old.status };
    const generation = (old.metadata.generation ?? 1) + (deepEqual(old.spec, object.spec) ? 0 : 1);
    object.metadata = { ...object.metadata, generation, resourceVersion: old.metadata.resourceVersion };
    if (deepEqual(old, object)) return old;
    return this.#store(target.collection, 'MODIFIED', object, old);
  }

  #delete(target: Target, options: AnyObject | undefined): unknown {
    if (target.name === undefined) return this.#deleteAll(target);
    const old = this.#existing(target);
    const uid = options?.preconditions?.uid;
    if (uid && uid !== old.metadata.uid) throw conflict(target, old.metadata.name, 'the UID does not match');
    this.#objects.delete(keyOfTarget(target));
    this.#announce('DELETED', target.collection, this.#stamped(old), old);
    return { kind: 'Status', apiVersion: 'v1', status: 'Success' };
  }

  #deleteAll(target: Target): unknown {
    for (const object of this.all(target.collection)) {
      const { name, namespace } = object.metadata;
      if (target.namespace === undefined || target.namespace === namespace) {
        this.#delete({ ...target, name, namespace }, undefined);
      }
    }
    return { kind: 'Status', apiVersion: 'v1', status: 'Success' };
  }

  #store(
    collection: string,
    type: WatchEventType,
    object: AnyObject,
    previous: AnyObject | undefined,
  ): AnyObject {
    const stamped = this.#stamped(object);
    this.#objects.set(keyIn(collection, stamped), stamped);
    this.#announce(type, collection, stamped, previous);
    return stamped;
  }

  #stamped(object: AnyObject): AnyObject {
    this.#revision++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } };
  }

  #announce(
    type: WatchEventType,
    collection: string,
    object: AnyObject,
    previous: AnyObject | undefined,
  ): void {
    const change = { type, collection, object, previous, revision: this.#revision };
    this.#history.push(change);
    for (const watch of this.#watches) {
      if (watch.collection !== collection) continue;
      watch.push(change);
      if (!this.#isHeld(collection)) watch.deliverSoon();
    }
  }
}
