// Conditions of a pod, changed as Kubernetes changes them: the transition time moves only with the status.

import type { V1PodCondition } from '../../api/generated/types.ts';
import { timestamp } from '../../api/timestamp.ts';

/** A new list with `condition` in place of the one of its type. `now` is wall-clock milliseconds. */
export function withPodCondition(
  conditions: readonly V1PodCondition[] | undefined,
  condition: V1PodCondition,
  now: number,
): V1PodCondition[] {
  const known = conditions?.find(({ type }) => type === condition.type);
  const isSame = known?.status === condition.status && known.lastTransitionTime !== undefined;
  const next = { ...condition, lastTransitionTime: isSame ? known.lastTransitionTime : timestamp(now) };
  if (!known) return [...(conditions ?? []), next];
  return (conditions ?? []).map((one) => (one === known ? next : one));
}
