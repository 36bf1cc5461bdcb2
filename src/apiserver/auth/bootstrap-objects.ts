// How the default roles and bindings are written down: short constructors for the objects of bootstrap-policy.ts and its parts.

import type { RbacV1Subject, V1ClusterRole, V1ClusterRoleBinding } from '../../api/generated/types.ts';
import type { PolicyRule } from './policy-rule.ts';
import { rbacGroup } from './rbac-objects.ts';

export const readVerbs = ['get', 'list', 'watch'];
export const writeVerbs = ['create', 'delete', 'deletecollection', 'patch', 'update'];
export const autoUpdateAnnotation = 'rbac.authorization.kubernetes.io/autoupdate';

/** Words separated by spaces; the core group is written `core`. */
export function rule(verbs: readonly string[] | string, groups: string, resources: string): PolicyRule {
  return {
    verbs: typeof verbs === 'string' ? words(verbs) : [...verbs],
    apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)),
    resources: words(resources),
  };
}

/** What may be read at these paths, separated by spaces. */
export function paths(nonResourceURLs: string): PolicyRule {
  return { verbs: ['get'], nonResourceURLs: words(nonResourceURLs) };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

export function clusterRole(
  name: string,
  rules: PolicyRule[],
  labels: Record<string, string> = {},
): V1ClusterRole {
  return { apiVersion: `${rbacGroup}/v1`, kind: 'ClusterRole', metadata: metadata(name, labels), rules };
}

/** A role with the rules of every ClusterRole that has one of these labels set to `true`. */
export function aggregatedRole(
  name: string,
  labelKeys: string[],
  labels: Record<string, string> = {},
): V1ClusterRole {
  const clusterRoleSelectors = labelKeys.map((key) => ({ matchLabels: { [key]: 'true' } }));
  return { ...clusterRole(name, [], labels), aggregationRule: { clusterRoleSelectors } };
}

export function clusterRoleBinding(
  name: string,
  role: string,
  ...subjects: RbacV1Subject[]
): V1ClusterRoleBinding {
  const roleRef = { apiGroup: rbacGroup, kind: 'ClusterRole', name: role };
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadata(name, {}),
    roleRef,
    subjects,
  };
}

export function userSubject(name: string): RbacV1Subject {
  return { apiGroup: rbacGroup, kind: 'User', name };
}

export function groupSubject(name: string): RbacV1Subject {
  return { apiGroup: rbacGroup, kind: 'Group', name };
}

/** The server sets uid, resourceVersion and creationTimestamp when the object is installed. */
function metadata(name: string, labels: Record<string, string>): V1ClusterRole['metadata'] {
  return {
    name,
    uid: '',
    resourceVersion: '',
    creationTimestamp: '',
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    annotations: { [autoUpdateAnnotation]: 'true' },
  };
}
