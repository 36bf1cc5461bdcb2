// Every RoleBinding and ClusterRoleBinding by the subjects it names, kept up to date from the store's watches, so that
// a decision looks only at the bindings of the user and the groups that ask.

import type { RbacV1Subject, V1RoleRef } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import type { Store, StoreEvent, Subscription } from '../../store/store.ts';
import { type Binding, rbacPrefix, roleKey } from './rbac-objects.ts';
import { serviceAccountUserName } from './service-account-name.ts';
import type { User } from './user.ts';

/** One subject of one binding. */
export interface Grant {
  /** '' for a ClusterRoleBinding. */
  namespace: string;
  roleRef: V1RoleRef;
  /** The role's key in the store; undefined where the reference can name nothing. */
  roleKey: string | undefined;
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  text: string;
}

export class BindingIndex {
  readonly #grants = new Map<string, Map<string, Grant[]>>();
  readonly #subscriptions: Subscription[] = [];

  /** Complete when it returns. `onChange` runs after every change of a binding. */
  constructor(store: Store, onChange: () => void) {
    for (const prefix of [rbacPrefix.clusterRoleBindings, rbacPrefix.roleBindings]) {
      const { items, revision } = store.list(prefix);
      for (const item of items) this.#add(item.key, item.value);
      this.#subscriptions.push(
        store.watch(prefix, revision, (events) => {
          for (const event of events) this.#follow(event);
          onChange();
        }),
      );
    }
  }

  /** The grants of the user and all of their groups; with a namespace, also those of its RoleBindings. */
  *grantsOf(user: User, namespace: string): Generator<Grant> {
    yield* this.#grantsOfSubject(userSubject(user.name), namespace);
    for (const group of user.groups) yield* this.#grantsOfSubject(groupSubject(group), namespace);
  }

  *#grantsOfSubject(subject: string, namespace: string): Generator<Grant> {
    for (const grants of this.#grants.get(subject)?.values() ?? []) {
      for (const grant of grants) {
        if (grant.namespace === '' || grant.namespace === namespace) yield grant;
      }
    }
  }

  #follow(event: StoreEvent): void {
    if (event.previous) this.#remove(event.key, event.previous.value);
    if (event.type === 'put') this.#add(event.key, event.object.value);
  }

  #add(key: string, object: AnyObject): void {
    const binding = object as unknown as Binding;
    for (const subject of binding.subjects ?? []) {
      const name = subjectOf(subject, binding.metadata.namespace ?? '');
      if (name === undefined) continue;
      const byBinding = this.#grants.get(name) ?? new Map<string, Grant[]>();
      this.#grants.set(name, byBinding);
      byBinding.set(key, [...(byBinding.get(key) ?? []), grantOf(binding, subject)]);
    }
  }

  #remove(key: string, object: AnyObject): void {
    const binding = object as unknown as Binding;
    for (const subject of binding.subjects ?? []) {
      const name = subjectOf(subject, binding.metadata.namespace ?? '');
      const byBinding = name === undefined ? undefined : this.#grants.get(name);
      byBinding?.delete(key);
      if (name !== undefined && byBinding?.size === 0) this.#grants.delete(name);
    }
  }

  /** Idempotent. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.close();
  }
}

function userSubject(name: string): string {
  return `user ${name}`;
}

function groupSubject(name: string): string {
  return `group ${name}`;
}

/** Undefined for a subject that nobody can be: an unknown kind, or a service account without a namespace. */
function subjectOf(subject: RbacV1Subject, bindingNamespace: string): string | undefined {
  if (subject.kind === 'User') return userSubject(subject.name);
  if (subject.kind === 'Group') return groupSubject(subject.name);
  const namespace = subject.namespace || bindingNamespace;
  if (subject.kind !== 'ServiceAccount' || namespace === '') return undefined;
  return userSubject(serviceAccountUserName({ namespace, name: subject.name }));
}

function grantOf(binding: Binding, subject: RbacV1Subject): Grant {
  const { name, namespace = '' } = binding.metadata;
  const { roleRef } = binding;
  const bound = namespace === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const text = `${bound} of ${roleRef.kind} "${roleRef.name}" to ${subjectText(subject, namespace)}`;
  return { namespace, roleRef, roleKey: roleKey(roleRef, namespace), text };
}

function subjectText(subject: RbacV1Subject, bindingNamespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} "${subject.name}"`;
  return `ServiceAccount "${subject.name}/${subject.namespace || bindingNamespace}"`;
}
