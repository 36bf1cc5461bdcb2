// Admission of what kubelets write: the rules are auth/node-restriction.ts.

import type { Store } from '../../store/store.ts';
import { restrictNode } from '../auth/node-restriction.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';

export class NodeRestriction implements AdmissionPlugin {
  readonly name = 'NodeRestriction';
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  validate(request: AdmissionRequest): void {
    const { kind, user, operation, subresource, namespace, name, object, old } = request;
    const { group, plural: resource } = kind;
    restrictNode(this.#store, {
      user,
      operation,
      group,
      resource,
      subresource,
      namespace,
      name,
      object,
      old,
    });
  }
}
