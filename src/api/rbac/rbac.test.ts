// The rules of roles and bindings, each with a change that breaks it.

import { ruleTable, set, updateTable } from '../../../tests/support/rule-table.ts';
import type { V1ClusterRole, V1Role, V1RoleBinding } from '../generated/types.ts';
import { clusterRole, role } from './role.ts';
import { roleBinding } from './role-binding.ts';

const metadata = { name: 'a', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
const apiVersion = 'rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';

const reader: V1Role = {
  apiVersion,
  kind: 'Role',
  metadata,
  rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
};
ruleTable(role, reader, [
  [
    'a rule has verbs',
    set('rules[0].verbs', []),
    'rules[0].verbs',
    'Required',
    'Required value: verbs must contain at least one value',
  ],
  [
    'a rule has groups',
    set('rules[0].apiGroups', []),
    'rules[0].apiGroups',
    'Required',
    'Required value: resource rules must supply at least one api group',
  ],
  [
    'a rule has resources',
    set('rules[0].resources', []),
    'rules[0].resources',
    'Required',
    'Required value: resource rules must supply at least one resource',
  ],
  [
    'a Role has no URLs',
    set('rules', [{ verbs: ['get'], nonResourceURLs: ['/x'] }]),
    'rules[0].nonResourceURLs',
    'Invalid',
    'Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
  ],
]);

const url: V1ClusterRole = {
  apiVersion,
  kind: 'ClusterRole',
  metadata,
  rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
};
ruleTable(clusterRole, url, [
  [
    'URLs and resources are apart',
    set('rules[0].resources', ['pods']),
    'rules[0].nonResourceURLs',
    'Invalid',
    'Invalid value: []string{"/x"}: rules cannot apply to both regular resources and non-resource URLs',
  ],
]);

const binding: V1RoleBinding = {
  apiVersion,
  kind: 'RoleBinding',
  metadata,
  roleRef: { apiGroup: group, kind: 'Role', name: 'a' },
  subjects: [{ kind: 'User', name: 'ann' }],
};
ruleTable(roleBinding, binding, [
  ['a role is named', set('roleRef.name', ''), 'roleRef.name', 'Required', 'Required value'],
  [
    'kinds of roles are known',
    set('roleRef.kind', 'X'),
    'roleRef.kind',
    'NotSupported',
    'Unsupported value: "X": supported values: "Role", "ClusterRole"',
  ],
  ['subjects are named', set('subjects[0].name', ''), 'subjects[0].name', 'Required', 'Required value'],
  [
    'kinds of subjects are known',
    set('subjects[0].kind', 'Pod'),
    'subjects[0].kind',
    'NotSupported',
    'Unsupported value: "Pod": supported values: "ServiceAccount", "User", "Group"',
  ],
  [
    'accounts have no group',
    set('subjects', [{ kind: 'ServiceAccount', name: 'a', apiGroup: 'x' }]),
    'subjects[0].apiGroup',
    'NotSupported',
    'Unsupported value: "x": supported values: ""',
  ],
]);
updateTable(roleBinding, binding, [
  [
    'the role stays',
    set('roleRef.name', 'b'),
    'roleRef',
    'Invalid',
    `Invalid value: rbac.RoleRef{APIGroup:"${group}", Kind:"Role", Name:"b"}: cannot change roleRef`,
  ],
]);
