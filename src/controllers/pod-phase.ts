// Where a pod is in its life.

import type { V1Pod } from '../api/generated/types.ts';

/** For good: Succeeded or Failed. */
export function hasEnded(pod: V1Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
