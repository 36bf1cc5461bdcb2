// Which group a pod's volumes are to have.

import type { V1Pod } from '../../api/generated/types.ts';
import { isMapped } from '../../runtime/process/root/user-ids.ts';

/** The pod's fsGroup, where this user namespace has it: in others one user has everything. */
export function groupOf({ spec }: V1Pod): number | undefined {
  const group = spec.securityContext?.fsGroup;
  return group !== undefined && isMapped(group, 'gid') ? group : undefined;
}
