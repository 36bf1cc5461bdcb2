// One informer per resource and process, whoever asks for it.

import type { KubeObject } from '../api/object.ts';
import { Informer, type InformerOptions } from './informer.ts';
import { type Resource, resourceName } from './resource.ts';

export type SharedInformersOptions = Omit<
  InformerOptions<KubeObject>,
  'resource' | 'namespace' | 'labelSelector' | 'fieldSelector'
>;

export class SharedInformers {
  readonly #options: SharedInformersOptions;
  // biome-ignore lint/suspicious/noExplicitAny: each entry has the type of the resource in its key
  readonly #informers = new Map<string, Informer<any>>();
  #started = false;

  constructor(options: SharedInformersOptions) {
    this.#options = options;
  }

  /** Over all namespaces and without selectors. Asked for after start(), it is started at once. */
  for<T extends KubeObject>(resource: Resource<T>): Informer<T> {
    const name = `${resource.version}/${resourceName(resource)}`;
    const known = this.#informers.get(name);
    if (known) return known;
    const informer = new Informer<T>({ ...this.#options, resource });
    this.#informers.set(name, informer);
    if (this.#started) informer.start();
    return informer;
  }

  /** Idempotent. */
  start(): void {
    this.#started = true;
    for (const informer of this.#informers.values()) informer.start();
  }

  /** Resolves when all that were asked for so far are synced; rejects when one is closed before. */
  async synced(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced()));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.close()));
  }
}
