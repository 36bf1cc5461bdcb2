// An informer of @kubernetes/client-node as its documentation has it, started again whenever it fails, and what it says.

import assert from 'node:assert/strict';
import {
  type Informer,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  type ObjectCache,
} from '@kubernetes/client-node';
import { eventually } from './eventually.ts';

const patienceMs = 20_000;
/** How long its users let pass before they start it again. */
const pauseMs = 20;

export class Ears<T extends KubernetesObject> {
  /** `add NAME` and so on. */
  readonly heard: string[] = [];
  readonly #informer: Informer<T> & ObjectCache<T>;
  readonly #list: () => Promise<KubernetesListObject<T>>;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(config: KubeConfig, path: string, list: () => Promise<KubernetesListObject<T>>) {
    this.#list = list;
    // What it returns is a cache too, says its documentation; its type does not.
    this.#informer = makeInformer(config, path, list) as Informer<T> & ObjectCache<T>;
    for (const verb of ['add', 'update', 'delete']) {
      this.#informer.on(verb, ({ metadata }) => this.heard.push(`${verb} ${metadata?.name}`));
    }
    this.#informer.on('error', () => this.#startSoon());
  }

  start(): Promise<void> {
    return this.#informer.start();
  }

  /** Resolves when it has said so. */
  async hears(words: string): Promise<void> {
    await eventually(() => this.heard.includes(words), patienceMs);
  }

  /** Resolves when its cache is what the API lists. */
  async caughtUp(): Promise<void> {
    await eventually(async () => {
      const { items } = await this.#list();
      assert.deepEqual(versions(this.#informer.list()), versions(items));
      return true;
    }, patienceMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#informer.stop();
  }

  #startSoon(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.start().catch(() => this.#startSoon()), pauseMs);
  }
}

function versions(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({ metadata }) => `${metadata?.name} ${metadata?.resourceVersion}`).sort();
}
