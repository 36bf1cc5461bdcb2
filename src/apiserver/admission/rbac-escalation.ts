// Admission of roles and bindings: nobody hands out more than they hold. The rules are auth/escalation.ts.

import type { Store } from '../../store/store.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import { EscalationCheck } from '../auth/escalation.ts';
import { rbacGroup } from '../auth/rbac-objects.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';

export class RbacEscalation implements AdmissionPlugin {
  readonly name = 'RBACEscalation';
  readonly #check: EscalationCheck;

  constructor(store: Store, authorizer: Authorizer) {
    this.#check = new EscalationCheck(store, authorizer);
  }

  validate({ kind, operation, user, namespace, name, object, old }: AdmissionRequest): void {
    if (kind.group !== rbacGroup || !object) return;
    const asked = operation === 'create' ? '' : name;
    this.#check.check({ user, resource: kind.plural, namespace, name: asked, object, old });
  }
}
