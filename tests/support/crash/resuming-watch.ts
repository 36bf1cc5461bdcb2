// A client that follows one resource by nothing but watches: it lists once, and when it lost its connection it resumes after the last
// revision that it saw, whatever that is.

import assert from 'node:assert/strict';
import type { AnyObject, WatchEvent } from '../../../src/api/object.ts';
import { type Status, StatusError } from '../../../src/api/status.ts';
import type { Client } from '../../../src/client/client.ts';
import type { Resource } from '../../../src/client/resource.ts';
import type { ResourceClient } from '../../../src/client/resource-client.ts';
import { statusErrorFrom } from '../../../src/client/response-error.ts';
import type { WatchStream } from '../../../src/client/transport.ts';

type Listener = (event: WatchEvent) => void;

export class ResumingWatch {
  /** By name. */
  readonly cache = new Map<string, AnyObject>();
  readonly #api: ResourceClient<AnyObject>;
  readonly #onEvent: Listener;
  #last = 0;
  #stream: WatchStream | undefined;
  #failure: unknown;

  constructor(client: Client, resource: Resource, onEvent: Listener = () => {}) {
    this.#api = client.resource(resource, 'default');
    this.#onEvent = onEvent;
  }

  /** Forgets everything and begins with what is there, or was there at a revision. */
  async list(at?: number): Promise<void> {
    const exactly = { resourceVersion: String(at), resourceVersionMatch: 'Exact' } as const;
    const list = await this.#api.list(at === undefined ? {} : exactly);
    this.cache.clear();
    for (const item of list.items) this.cache.set(item.metadata.name, item);
    this.#last = Number(list.metadata.resourceVersion);
  }

  /** Rejects with the StatusError when the server refuses at once; it may also do so with its first event, see lost(). */
  async resume(): Promise<void> {
    this.#failure = undefined;
    const from = { resourceVersion: String(this.#last) };
    this.#stream = await this.#api.watch(from, (event) => this.#take(event));
  }

  /** Resolves when the connection is gone, with the StatusError it ended with, if any; rejects with what was wrong with the events. */
  async lost(): Promise<unknown> {
    // How it broke does not matter.
    await this.#stream?.done.catch(() => {});
    if (this.#failure && !(this.#failure instanceof StatusError)) throw this.#failure;
    return this.#failure;
  }

  close(): void {
    this.#stream?.close();
  }

  #take(event: WatchEvent): void {
    if (this.#failure) return;
    try {
      if (event.type === 'ERROR') throw statusErrorFrom(event.object as unknown as Status);
      this.#apply(event);
      this.#onEvent(event);
    } catch (error) {
      this.#failure = error;
      this.#stream?.close();
    }
  }

  #apply({ type, object }: WatchEvent): void {
    const { name, resourceVersion } = object.metadata;
    const revision = Number(resourceVersion);
    // A bookmark may repeat the last one.
    const least = type === 'BOOKMARK' ? this.#last : this.#last + 1;
    assert.ok(revision >= least, `${type} of ${name} at ${revision} came after ${this.#last}`);
    this.#last = revision;
    if (type === 'BOOKMARK') return;
    assert.equal(this.cache.has(name), type !== 'ADDED', `${type} of ${name}, which is a surprise`);
    if (type === 'DELETED') this.cache.delete(name);
    else this.cache.set(name, object);
  }
}
