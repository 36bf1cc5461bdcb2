// Nobody hands out more than they hold: the checks on writes of roles and bindings (verbs escalate and bind excepted),
// with Kubernetes' texts.

import type { V1ClusterRole, V1RoleRef } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { forbiddenError, notFoundError } from '../../api/status.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Store } from '../../store/store.ts';
import { type Authorizer, isPrivileged } from './authorizer.ts';
import type { PolicyRule } from './policy-rule.ts';
import { type Binding, rbacGroup, roleKey } from './rbac-objects.ts';
import { compactRules, missingRules, quoted, ruleText } from './rule-cover.ts';
import type { Attributes, User } from './user.ts';

const everything: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export interface RbacWrite {
  user: User;
  /** Of the request: roles, clusterroles, rolebindings or clusterrolebindings. */
  resource: string;
  /** '' for the cluster-scoped kinds. */
  namespace: string;
  /** In the URL: '' for a create, as Kubernetes has it (so that `escalate` limited to names allows no creation). */
  name: string;
  object: AnyObject;
  /** Undefined for a create. */
  old?: AnyObject | undefined;
}

export class EscalationCheck {
  readonly #store: Store;
  readonly #authorizer: Authorizer;

  constructor(store: Store, authorizer: Authorizer) {
    this.#store = store;
    this.#authorizer = authorizer;
  }

  /** Throws the 403 (or the 404 of a bound role that does not exist) to answer with; other resources pass. */
  check(write: RbacWrite): void {
    if (isPrivileged(write.user) || onlyCollectionChanged(write)) return;
    if (write.resource === 'roles' || write.resource === 'clusterroles') this.#checkRole(write);
    if (write.resource === 'rolebindings' || write.resource === 'clusterrolebindings')
      this.#checkBinding(write);
  }

  #checkRole(write: RbacWrite): void {
    if (this.#may(write.user, 'escalate', write.resource, write.namespace, write.name)) return;
    const role = write.object as V1ClusterRole;
    this.#confirm(write, role.rules ?? []);
    if (write.resource !== 'clusterroles' || !(aggregates(write.object) || aggregates(write.old))) return;
    // An aggregation gathers whatever carries its labels later, so only who holds everything may write one.
    if (this.#missing(write, everything).length > 0)
      throw refused(write, 'must have cluster-admin privileges to use the aggregationRule');
  }

  #checkBinding(write: RbacWrite): void {
    const { roleRef } = write.object as unknown as Binding;
    const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    if (this.#may(write.user, 'bind', resource, write.namespace, roleRef.name)) return;
    this.#confirm(write, this.#rulesOf(roleRef, write.namespace, resource));
  }

  #rulesOf(ref: V1RoleRef, namespace: string, resource: string): PolicyRule[] {
    const key = roleKey(ref, namespace);
    const role = key === undefined ? undefined : this.#store.get(key);
    if (!role) throw notFoundError({ group: rbacGroup, resource }, ref.name);
    return (role.value as V1ClusterRole).rules ?? [];
  }

  #may(user: User, verb: string, resource: string, namespace: string, name: string): boolean {
    const asked: Attributes = {
      ...{ verb, resource, namespace, name, isResource: true },
      ...{ group: rbacGroup, version: '*', subresource: '', path: '' },
    };
    return this.#authorizer.authorize(user, asked).allowed;
  }

  #missing({ user, namespace }: RbacWrite, rules: PolicyRule[]): PolicyRule[] {
    return missingRules(this.#authorizer.heldRules(user, namespace).rules, rules);
  }

  #confirm(write: RbacWrite, rules: PolicyRule[]): void {
    const missing = compactRules(this.#missing(write, rules)).map(ruleText);
    if (missing.length === 0) return;
    const { errors } = this.#authorizer.heldRules(write.user, write.namespace);
    const unresolved = errors.length === 0 ? '' : `; resolution errors: [${errors.join(' ')}]`;
    const who = `user ${JSON.stringify(write.user.name)} (groups=${quoted(write.user.groups)})`;
    const text = `${who} is attempting to grant RBAC permissions not currently held:\n`;
    throw refused(write, text + [...new Set(missing)].sort().join('\n') + unresolved);
  }
}

function refused(write: RbacWrite, detail: string) {
  return forbiddenError({ group: rbacGroup, resource: write.resource }, write.object.metadata.name, detail);
}

function aggregates(role: AnyObject | undefined): boolean {
  return ((role as V1ClusterRole | undefined)?.aggregationRule?.clusterRoleSelectors?.length ?? 0) > 0;
}

/** Removing finalizers or owner references must work without the rights: else such a role could never be collected. */
function onlyCollectionChanged({ object, old }: RbacWrite): boolean {
  if (!old) return false;
  return deepEqual(withoutCollection(object), withoutCollection(old));
}

function withoutCollection(object: AnyObject): unknown {
  const unwatched = { finalizers: undefined, ownerReferences: undefined, managedFields: undefined };
  return { ...object, metadata: { ...object.metadata, ...unwatched } };
}
