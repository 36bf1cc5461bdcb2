// Reads the ConfigMaps and Secrets that pods name, one by one, which is all a node's certificate may do. Many pods that start at once with the
// same ConfigMap cost one request.

import type { V1ConfigMap, V1Secret } from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import { configMaps, secrets } from '../../client/resources.ts';

/** An answer is used again for so long. */
const freshMs = 1_000;

interface Read<T> {
  at: number;
  object: Promise<T | undefined>;
}

export class ReferenceReader {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #reads = new Map<string, Read<V1ConfigMap | V1Secret>>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Undefined when there is none. Rejects when the API does not answer. */
  configMap(namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    const find = () => this.#client.resource(configMaps, namespace).find(name);
    return this.#read(`configmap/${namespace}/${name}`, find) as Promise<V1ConfigMap | undefined>;
  }

  /** Undefined when there is none. Rejects when the API does not answer. */
  secret(namespace: string, name: string): Promise<V1Secret | undefined> {
    const find = () => this.#client.resource(secrets, namespace).find(name);
    return this.#read(`secret/${namespace}/${name}`, find) as Promise<V1Secret | undefined>;
  }

  #read<T extends V1ConfigMap | V1Secret>(
    key: string,
    find: () => Promise<T | undefined>,
  ): Promise<V1ConfigMap | V1Secret | undefined> {
    const now = this.#clock.monotonic();
    const known = this.#reads.get(key);
    if (known && now - known.at < freshMs) return known.object;
    this.#dropStale(now);
    const object = find();
    this.#reads.set(key, { at: now, object });
    // Neither a failure nor "not there" is worth remembering.
    const forget = () => this.#reads.get(key)?.object === object && this.#reads.delete(key);
    object.then((found) => found ?? forget(), forget);
    return object;
  }

  #dropStale(now: number): void {
    for (const [key, { at }] of this.#reads) {
      if (now - at < freshMs) return;
      this.#reads.delete(key);
    }
  }
}
