// Which nodes may read what: an index from node to the objects that the pods bound to it name, kept up to date from the store's watch.

import type { V1Pod } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import type { Store, StoreEvent, Subscription } from '../../store/store.ts';
import { podReferences } from './pod-references.ts';

const podPrefix = 'pods/';

interface BoundPod {
  nodeName: string;
  references: string[];
}

export class NodeReferences {
  readonly #pods = new Map<string, BoundPod>();
  /** Per node: how many of its pods name a key. */
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #subscription: Subscription;

  /** Complete when it returns; follows the store until close(). */
  constructor(store: Store) {
    const { items, revision } = store.list(podPrefix);
    for (const item of items) this.#add(item.key, item.value);
    this.#subscription = store.watch(podPrefix, revision, (events) => {
      for (const event of events) this.#follow(event);
    });
  }

  /** Whether a pod bound to the node names the object with this key. */
  has(nodeName: string, key: string): boolean {
    return this.#counts.get(nodeName)?.has(key) ?? false;
  }

  #follow({ type, key, object, previous }: StoreEvent): void {
    if (type === 'put' && previous && hasSameReferences(previous.value, object.value)) return;
    this.#remove(key);
    if (type === 'put') this.#add(key, object.value);
  }

  #add(key: string, object: AnyObject): void {
    const pod = object as unknown as V1Pod;
    const nodeName = pod.spec?.nodeName;
    if (!nodeName) return;
    const references = podReferences(pod);
    this.#pods.set(key, { nodeName, references });
    const counts = this.#counts.get(nodeName) ?? new Map<string, number>();
    this.#counts.set(nodeName, counts);
    for (const reference of references) counts.set(reference, (counts.get(reference) ?? 0) + 1);
  }

  #remove(key: string): void {
    const pod = this.#pods.get(key);
    const counts = pod && this.#counts.get(pod.nodeName);
    if (!counts) return;
    this.#pods.delete(key);
    for (const reference of pod.references) {
      const left = (counts.get(reference) ?? 0) - 1;
      if (left > 0) counts.set(reference, left);
      else counts.delete(reference);
    }
    if (counts.size === 0) this.#counts.delete(pod.nodeName);
  }

  /** Idempotent. */
  close(): void {
    this.#subscription.close();
  }
}

/** Of a pod's spec only the binding and the ephemeral containers can change what it names: status updates, by far the most, are free. */
function hasSameReferences(a: AnyObject, b: AnyObject): boolean {
  return (
    a.metadata.uid === b.metadata.uid &&
    a.spec?.nodeName === b.spec?.nodeName &&
    a.spec?.ephemeralContainers?.length === b.spec?.ephemeralContainers?.length
  );
}
