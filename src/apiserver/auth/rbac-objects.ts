// Where the store keeps roles and bindings, and which role a binding means.

import type { V1ClusterRoleBinding, V1RoleBinding, V1RoleRef } from '../../api/generated/types.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

/** Key prefixes in the store. */
export const rbacPrefix = {
  clusterRoles: `clusterroles.${rbacGroup}/`,
  roles: `roles.${rbacGroup}/`,
  clusterRoleBindings: `clusterrolebindings.${rbacGroup}/`,
  roleBindings: `rolebindings.${rbacGroup}/`,
} as const;

export type Binding = V1RoleBinding | V1ClusterRoleBinding;

/** The store's key of the role that a binding names; undefined for a kind that cannot be bound there. */
export function roleKey(ref: V1RoleRef, bindingNamespace: string): string | undefined {
  if (ref.kind === 'ClusterRole') return rbacPrefix.clusterRoles + ref.name;
  if (ref.kind === 'Role' && bindingNamespace !== '')
    return `${rbacPrefix.roles}${bindingNamespace}/${ref.name}`;
  return undefined;
}
