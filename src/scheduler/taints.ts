// Taints and tolerations (Kubernetes' rules): which taints of a node a pod does not tolerate.

import type { V1Pod, V1Taint } from '../api/generated/types.ts';
import { tolerates } from '../api/toleration.ts';

export const unschedulableTaint = 'node.kubernetes.io/unschedulable';

export function isTolerated(taint: V1Taint, pod: V1Pod): boolean {
  return (pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint));
}

/** The first taint with one of these effects that the pod does not tolerate. */
export function untolerated(
  taints: readonly V1Taint[],
  pod: V1Pod,
  effects: readonly string[],
): V1Taint | undefined {
  return taints.find((taint) => effects.includes(taint.effect) && !isTolerated(taint, pod));
}
