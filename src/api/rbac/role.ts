// rbac.authorization.k8s.io/v1 Role and ClusterRole.

import { createdAtColumn, nameColumn } from '../columns.ts';
import type { V1ClusterRole, V1Role } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { pathSegmentProblems } from '../names.ts';
import { clusterRoleErrors, roleErrors } from './rbac-rules.ts';

export const role = declareKind<V1Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  nameRule: pathSegmentProblems,
  schema: 'io.k8s.api.rbac.v1.Role',
  columns: [nameColumn, createdAtColumn],
  validate: roleErrors,
});

export const clusterRole = declareKind<V1ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  nameRule: pathSegmentProblems,
  schema: 'io.k8s.api.rbac.v1.ClusterRole',
  columns: [nameColumn, createdAtColumn],
  validate: clusterRoleErrors,
});
