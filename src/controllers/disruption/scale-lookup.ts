// How many replicas the controller behind a pod wants: built-in kinds from the informers, any other through its scale subresource.

import type { KubeObject, OwnerReference } from '../../api/object.ts';
import type { Client } from '../../client/client.ts';
import { KindDirectory } from '../../client/kind-directory.ts';
import { deployments, replicaSets } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { SharedInformers } from '../../client/shared-informers.ts';

export interface RootScale {
  uid: string;
  replicas: number;
}

interface Scale extends KubeObject {
  spec?: { replicas?: number };
}

export class ScaleLookup {
  readonly #client: Client;
  readonly #informers: SharedInformers;
  readonly #kinds: KindDirectory;

  constructor(client: Client, informers: SharedInformers) {
    this.#client = client;
    this.#informers = informers;
    this.#kinds = new KindDirectory(client);
  }

  /** Of the topmost controller that has a scale: a Deployment rather than its ReplicaSet. Undefined when the owner is gone or has none. */
  async rootScale(namespace: string, owner: OwnerReference): Promise<RootScale | undefined> {
    if (owner.kind === 'ReplicaSet' && owner.apiVersion.startsWith('apps/')) {
      return this.#ofReplicaSet(namespace, owner);
    }
    return this.#ofAny(namespace, owner);
  }

  async #ofReplicaSet(namespace: string, { name, uid }: OwnerReference): Promise<RootScale | undefined> {
    const set = this.#informers.for(replicaSets).lister.find(namespace, name);
    if (set?.metadata.uid !== uid) return undefined;
    const above = set.metadata.ownerReferences?.find(({ controller }) => controller);
    const deployment = above && this.#informers.for(deployments).lister.find(namespace, above.name);
    if (deployment && deployment.metadata.uid === above.uid) {
      return { uid: above.uid, replicas: deployment.spec?.replicas ?? 1 };
    }
    return { uid, replicas: set.spec?.replicas ?? 1 };
  }

  async #ofAny(namespace: string, owner: OwnerReference): Promise<RootScale | undefined> {
    const resource = await this.#kinds.find(owner.apiVersion, owner.kind);
    if (!resource) throw new Error(`the kind ${owner.kind} of ${owner.apiVersion} is not served`);
    try {
      const scale = await this.#client
        .resource(resource, namespace)
        .getSubresource<Scale>(owner.name, 'scale');
      return { uid: owner.uid, replicas: scale.spec?.replicas ?? 0 };
    } catch (error) {
      if (isStatusError(error, 404)) return undefined;
      throw error;
    }
  }
}
