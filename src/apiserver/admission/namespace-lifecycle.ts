// Admission by namespace (Kubernetes' NamespaceLifecycle): nothing is created where there is no namespace or in one that is
// going, and the three that a cluster is built on stay.

import { forbiddenError, notFoundError, type StatusError } from '../../api/status.ts';
import type { Store } from '../../store/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { settled } from './settled.ts';

const immortal: readonly string[] = ['default', 'kube-system', 'kube-public'];

export class NamespaceLifecycle implements AdmissionPlugin {
  readonly name = 'NamespaceLifecycle';
  readonly #store: Store;
  /**
   * Namespaces with a deletion under way, and how many. Reads do not show it yet, but what is created after it would be durable after
   * it, too: the namespace's controller might find the namespace empty first, and let it go with something in it.
   */
  readonly #going = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  mutate(request: AdmissionRequest): void {
    const { kind, operation, name, namespace } = request;
    if (kind.storageResource === 'namespaces') {
      if (operation === 'delete' && immortal.includes(name))
        throw forbiddenError(kind.resourceName, name, 'this namespace may not be deleted');
      return;
    }
    if (namespace === '' || operation === 'delete') return;
    const stored = this.#store.get(`namespaces/${namespace}`)?.value;
    if (!stored) throw notFoundError({ group: '', resource: 'namespaces' }, namespace);
    const isGoing = stored.metadata.deletionTimestamp !== undefined || this.#going.has(namespace);
    if (isGoing && operation === 'create') throw terminating(request);
  }

  validate({ kind, operation, subresource, name, dryRun }: AdmissionRequest): void {
    if (kind.storageResource !== 'namespaces' || subresource !== '') return;
    if (operation === 'delete' && !dryRun) this.#remember(name);
  }

  #remember(name: string): void {
    this.#going.set(name, (this.#going.get(name) ?? 0) + 1);
    void settled(this.#store, `namespaces/${name}`).then(() => {
      const count = this.#going.get(name) ?? 0;
      if (count > 1) this.#going.set(name, count - 1);
      else this.#going.delete(name);
    });
  }
}

function terminating({ kind, name, namespace }: AdmissionRequest): StatusError {
  const detail = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = forbiddenError(kind.resourceName, name, detail);
  const message = `namespace ${namespace} is being terminated`;
  const cause = { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' };
  error.status.details = { ...error.status.details, causes: [cause] };
  return error;
}
