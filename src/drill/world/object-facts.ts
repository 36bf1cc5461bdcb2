// What a drill asks of a pod or a node. Pure.

import type { V1Pod } from '../../api/generated/types.ts';

/** Of all its containers. */
export function restartsOf({ status }: V1Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
