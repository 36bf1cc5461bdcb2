// Brings a stored default role or binding up to date: what a newer version adds is added, what an owner added is kept, and what the
// owner marked with `rbac.authorization.kubernetes.io/autoupdate: "false"` is left alone.

import type { V1ClusterRole, V1ClusterRoleBinding } from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { autoUpdateAnnotation } from './bootstrap-objects.ts';
import { compactRules, missingRules } from './rule-cover.ts';

/** The role as it should be; undefined when it is so already. */
export function reconciledRole(stored: V1ClusterRole, wanted: V1ClusterRole): V1ClusterRole | undefined {
  const role: V1ClusterRole = { ...stored, metadata: mergedMetadata(stored, wanted) };
  const selectors = wanted.aggregationRule?.clusterRoleSelectors;
  if (selectors) {
    const present = stored.aggregationRule?.clusterRoleSelectors ?? [];
    role.aggregationRule = { clusterRoleSelectors: withMissing(present, selectors) };
  } else {
    role.rules = [
      ...(stored.rules ?? []),
      ...compactRules(missingRules(stored.rules ?? [], wanted.rules ?? [])),
    ];
  }
  return changed(stored, role);
}

/** The binding as it should be; undefined when it is so already. One that binds another role is replaced whole: a roleRef cannot change. */
export function reconciledBinding(
  stored: V1ClusterRoleBinding,
  wanted: V1ClusterRoleBinding,
): V1ClusterRoleBinding | undefined {
  const isSameRole = deepEqual(stored.roleRef, wanted.roleRef);
  const metadata = isSameRole ? mergedMetadata(stored, wanted) : wanted.metadata;
  const subjects = withMissing(stored.subjects ?? [], wanted.subjects ?? []);
  return changed(stored, { ...stored, metadata, roleRef: wanted.roleRef, subjects });
}

function changed<T extends V1ClusterRole | V1ClusterRoleBinding>(stored: T, reconciled: T): T | undefined {
  const isProtected = stored.metadata.annotations?.[autoUpdateAnnotation] === 'false';
  return isProtected || deepEqual(stored, reconciled) ? undefined : reconciled;
}

/** What the owner wrote wins over what is wanted. */
function mergedMetadata(
  stored: V1ClusterRole | V1ClusterRoleBinding,
  wanted: V1ClusterRole | V1ClusterRoleBinding,
) {
  const { labels, annotations } = wanted.metadata;
  return {
    ...stored.metadata,
    labels: { ...labels, ...stored.metadata.labels },
    annotations: { ...annotations, ...stored.metadata.annotations },
  };
}

function withMissing<T>(present: T[], wanted: T[]): T[] {
  return [...present, ...wanted.filter((one) => !present.some((other) => deepEqual(one, other)))];
}
