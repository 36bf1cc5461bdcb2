// How long a pod may stay on a node with NoExecute taints. Pure.

import type { V1Pod, V1Taint } from '../../api/generated/types.ts';
import { tolerates } from '../../api/toleration.ts';

/**
 * Milliseconds from when the taint came: 0 for a pod that does not tolerate it, Infinity for one that does without a limit; of
 * several tolerations the shortest counts, as in Kubernetes.
 */
export function toleratedMs(pod: V1Pod, taint: V1Taint): number {
  const matching = (pod.spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
  if (matching.length === 0) return 0;
  const limits = matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY);
  return Math.max(0, Math.min(...limits)) * 1000;
}

/** When the pod has to go, given since when each taint has counted (same clock); Infinity for never. */
export function evictionTime(
  pod: V1Pod,
  taints: readonly V1Taint[],
  since: (taint: V1Taint) => number,
): number {
  const times = taints
    .filter((taint) => taint.effect === 'NoExecute')
    .map((taint) => since(taint) + toleratedMs(pod, taint));
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}
