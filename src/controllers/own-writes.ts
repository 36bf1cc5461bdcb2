// What a controller wrote itself and its informer may not have seen yet: reading through it keeps a slow watch from making a
// controller create the same thing twice.

import type { KubeObject } from '../api/object.ts';
import type { Informer } from '../client/informer.ts';
import { keyOf } from '../client/object-key.ts';

interface Write<T> {
  object: T;
  deleted: boolean;
}

/** Revisions of Relevo and Kubernetes are growing integers. */
function isAtLeast(a: KubeObject, b: KubeObject): boolean {
  return Number(a.metadata.resourceVersion) >= Number(b.metadata.resourceVersion);
}

export class OwnWrites<T extends KubeObject> {
  readonly #writes = new Map<string, Write<T>>();

  constructor(informer: Informer<T>) {
    informer.addHandler({
      added: (object) => this.#seen(object),
      updated: (object) => this.#seen(object),
      deleted: (object) => this.#gone(object),
    });
  }

  /** The answer to a create or an update. */
  wrote(object: T): void {
    this.#writes.set(keyOf(object), { object, deleted: false });
  }

  /** Deleted by this controller, or found to be gone. */
  deleted(object: T): void {
    this.#writes.set(keyOf(object), { object, deleted: true });
  }

  /** The informer's objects as they are after the own writes; `concerns` chooses among those not yet seen. */
  applyTo(objects: readonly T[], concerns: (object: T) => boolean): T[] {
    if (this.#writes.size === 0) return [...objects];
    const byKey = new Map(objects.map((object) => [keyOf(object), object]));
    for (const [key, { object, deleted }] of this.#writes) {
      const seen = byKey.get(key);
      if (deleted) byKey.delete(key);
      // The watch may be quicker than the answer to the write.
      else if (seen && isAtLeast(seen, object)) this.#writes.delete(key);
      else if (concerns(object)) byKey.set(key, object);
    }
    return [...byKey.values()];
  }

  #seen(object: T): void {
    const write = this.#writes.get(keyOf(object));
    if (!write) return;
    const successor = write.object.metadata.uid !== object.metadata.uid;
    if (successor || (!write.deleted && isAtLeast(object, write.object))) this.#writes.delete(keyOf(object));
  }

  #gone(object: T): void {
    const write = this.#writes.get(keyOf(object));
    if (write?.object.metadata.uid === object.metadata.uid) this.#writes.delete(keyOf(object));
  }
}
