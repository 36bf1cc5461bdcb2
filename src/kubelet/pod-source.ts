// Where a kubelet hears of its pods and of its node: an informer of its own, or a share of one that many kubelets of a process read together.

import type { V1Node, V1Pod } from '../api/generated/types.ts';
import type { Informer, InformerHandler } from '../client/informer.ts';

export interface NodeShare<T> {
  /** Resolves when everything that is there has been told; rejects when it is closed before. */
  synced(): Promise<void>;
  /** Also of what is there already. The returned function ends it. */
  follow(handler: InformerHandler<T>): () => void;
}

export interface NodeObjects {
  pods: NodeShare<V1Pod>;
  node: NodeShare<V1Node>;
}

/** All of an informer that sees only this node's objects. */
export function wholeInformer<T extends V1Node | V1Pod>(informer: Informer<T>): NodeShare<T> {
  return { synced: () => informer.synced(), follow: (handler) => informer.addHandler(handler) };
}

/** Hands the objects of one informer to the nodes they belong to. */
export class InformerShares<T extends V1Node | V1Pod> {
  readonly #informer: Informer<T>;
  readonly #nodeOf: (object: T) => string | undefined;
  readonly #index: string;
  readonly #handlers = new Map<string, Set<InformerHandler<T>>>();

  /** `index` is the name of an index of the informer by node; it is added here. An object's node never changes once it has one. */
  constructor(informer: Informer<T>, index: string, nodeOf: (object: T) => string | undefined) {
    this.#informer = informer;
    this.#nodeOf = nodeOf;
    this.#index = index;
    informer.addIndex(index, (object) => {
      const node = nodeOf(object);
      return node === undefined ? [] : [node];
    });
    informer.addHandler({
      added: (object) => this.#tell(object, (handler) => handler.added?.(object)),
      updated: (object, old) => this.#updated(object, old),
      deleted: (object) => this.#tell(object, (handler) => handler.deleted?.(object)),
    });
  }

  share(nodeName: string): NodeShare<T> {
    return {
      synced: () => this.#informer.synced(),
      follow: (handler) => this.#follow(nodeName, handler),
    };
  }

  #follow(nodeName: string, handler: InformerHandler<T>): () => void {
    for (const object of this.#informer.lister.byIndex(this.#index, nodeName)) handler.added?.(object);
    const handlers = this.#handlers.get(nodeName) ?? new Set();
    this.#handlers.set(nodeName, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  #updated(object: T, old: T): void {
    // A pod that was bound just now is new to its node.
    const isNew = this.#nodeOf(old) === undefined;
    this.#tell(object, (handler) => (isNew ? handler.added?.(object) : handler.updated?.(object, old)));
  }

  #tell(object: T, how: (handler: InformerHandler<T>) => void): void {
    for (const handler of this.#handlers.get(this.#nodeOf(object) ?? '') ?? []) how(handler);
  }
}
