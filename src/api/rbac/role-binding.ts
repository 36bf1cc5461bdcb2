// rbac.authorization.k8s.io/v1 RoleBinding and ClusterRoleBinding.

import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import type { RbacV1Subject, V1ClusterRoleBinding, V1RoleBinding } from '../generated/types.ts';
import { type Column, declareKind } from '../kind.ts';
import { pathSegmentProblems } from '../names.ts';
import { bindingErrors, roleRefChangeErrors } from './rbac-rules.ts';

const group = 'rbac.authorization.k8s.io';

type Binding = V1RoleBinding | V1ClusterRoleBinding;

function subjectsOf(kind: string): (binding: Binding) => string {
  return ({ subjects = [] }) => {
    const found = subjects.filter((subject) => subject.kind === kind);
    return found.map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name)).join(', ');
  };
}

const columns: Column<Binding>[] = [
  nameColumn,
  text('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`, 'The role that is granted.'),
  ageColumn,
  wide('Users', subjectsOf('User'), 'Users in the roleBinding'),
  wide('Groups', subjectsOf('Group'), 'Groups in the roleBinding'),
  wide('ServiceAccounts', subjectsOf('ServiceAccount'), 'ServiceAccounts in the roleBinding'),
];

function subjectDefaults(subject: RbacV1Subject): void {
  if (subject.apiGroup) return;
  if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup = group;
}

function bindingDefaults(binding: Binding): void {
  if (binding.roleRef) binding.roleRef.apiGroup ||= group;
  for (const subject of binding.subjects ?? []) subjectDefaults(subject);
}

export const roleBinding = declareKind<V1RoleBinding>({
  group,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  nameRule: pathSegmentProblems,
  schema: 'io.k8s.api.rbac.v1.RoleBinding',
  columns,
  defaults: bindingDefaults,
  validate: (object) => bindingErrors(object, true),
  validateUpdate: roleRefChangeErrors,
});

export const clusterRoleBinding = declareKind<V1ClusterRoleBinding>({
  group,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  nameRule: pathSegmentProblems,
  schema: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  columns,
  defaults: bindingDefaults,
  validate: (object) => bindingErrors(object, false),
  validateUpdate: roleRefChangeErrors,
});
