// One client that writes without a pause: creates, updates with optimistic concurrency, patches and deletes objects that are its own, and
// counts up in one that is everybody's.

import assert from 'node:assert/strict';
import type { AnyObject } from '../../../src/api/object.ts';
import type { Random } from '../../../src/base/backoff.ts';
import type { Client } from '../../../src/client/client.ts';
import type { ResourceClient } from '../../../src/client/resource-client.ts';
import { isStatusError } from '../../../src/client/response-error.ts';
import { KeyJournal } from './key-journal.ts';
import type { SharedCount } from './shared-count.ts';
import {
  draftOf,
  restamped,
  type StampedKind,
  type State,
  stampedConfigMap,
  stampedDeployment,
  stampedPod,
  tokenIn,
} from './stamped-kind.ts';

export interface WriterOptions {
  readonly client: Client;
  /** Unique among the writers. */
  readonly name: string;
  readonly random: Random;
  readonly count: SharedCount;
  /** Before each write. */
  onSend(): void;
  /** After each that was acknowledged, with the object unless it was deleted. */
  onAnswer(object: AnyObject | undefined): void;
}

export interface OwnKey {
  /** `configmaps/w0-1`. */
  readonly key: string;
  readonly kind: StampedKind;
  readonly name: string;
  readonly journal: KeyJournal;
}

/** Mostly what nobody else touches: the rest keeps controllers busy. */
const kinds = [stampedConfigMap, stampedConfigMap, stampedConfigMap, stampedDeployment, stampedPod];

export class Writer {
  readonly keys: readonly OwnKey[];
  readonly #options: WriterOptions;
  #tokens = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.keys = kinds.map((kind, index) => {
      const name = `${options.name}-${index}`;
      const key = `${kind.resource.plural}/${name}`;
      return { key, kind, name, journal: new KeyJournal(key) };
    });
  }

  /** Rejects with the first failure: an answer that is none of a healthy server, or none. */
  async run(): Promise<never> {
    for (;;) await this.#write();
  }

  async #write(): Promise<void> {
    const { random, client, count, name, onSend, onAnswer } = this.#options;
    const dice = random();
    if (dice < 0.2) {
      onSend();
      return onAnswer(await count.increment(client, name));
    }
    const key = this.keys[Math.floor(random() * this.keys.length)] as OwnKey;
    if (key.journal.current === null) return this.#create(key);
    if (dice < 0.35) return this.#delete(key);
    return dice < 0.7 ? this.#replace(key) : this.#patch(key);
  }

  #create(key: OwnKey): Promise<void> {
    const token = this.#nextToken();
    return this.#bring(key, token, (api) => api.create(draftOf(key.kind, key.name, token)));
  }

  #delete(key: OwnKey): Promise<void> {
    return this.#bring(key, null, (api) => api.delete(key.name));
  }

  #patch(key: OwnKey): Promise<void> {
    const token = this.#nextToken();
    const body = key.kind.stamp(token);
    return this.#bring(key, token, (api) => {
      // Server-side apply, strategic merge patch, and where it is enough, merge patch.
      const dice = this.#options.random();
      if (dice < 0.3) return api.apply(key.name, body, { force: true });
      const type = dice < 0.6 && key.kind === stampedConfigMap ? 'merge' : 'strategic';
      return api.patch(key.name, body, { type });
    });
  }

  #replace(key: OwnKey): Promise<void> {
    const token = this.#nextToken();
    return this.#bring(key, token, (api) => this.#replaceWith(key, api, token));
  }

  /** Controllers write the same object: then again, on what it is by now. */
  async #replaceWith(key: OwnKey, api: ResourceClient<AnyObject>, token: string): Promise<AnyObject> {
    for (;;) {
      const object = await api.get(key.name);
      assert.equal(tokenIn(object), key.journal.current, 'a write that was acknowledged can be read');
      try {
        return await api.update(restamped(key.kind, object, token));
      } catch (error) {
        if (!isStatusError(error, 409)) throw error;
      }
    }
  }

  async #bring(
    { kind, journal }: OwnKey,
    state: State,
    send: (api: ResourceClient<AnyObject>) => Promise<unknown>,
  ): Promise<void> {
    const { client, onSend, onAnswer } = this.#options;
    journal.begin(state);
    onSend();
    const answer = await send(client.resource(kind.resource, 'default'));
    journal.acknowledged();
    onAnswer(state === null ? undefined : (answer as AnyObject));
  }

  #nextToken(): string {
    return `${this.#options.name}-${this.#tokens++}`;
  }
}
