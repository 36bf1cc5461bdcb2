// The smallest strategic merge patch that makes a pod's status what its kubelet reports, and leaves alone what is others'. Pure.

import type { V1Pod, V1PodCondition, V1PodStatus } from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';

/** What a kubelet reports; a field of these that it reports no more is removed. */
const owned = [
  'phase',
  'reason',
  'message',
  'startTime',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'containerStatuses',
] as const;

/** Lists that a strategic merge would merge by key, though they are one value. */
const mergedLists: ReadonlySet<string> = new Set(['podIPs']);

/** Undefined when the pod's status is as wanted already. The uid in it is a precondition: a namesake must not get it. */
export function statusPatch(pod: V1Pod, wanted: V1PodStatus): object | undefined {
  const status: Record<string, unknown> = {};
  for (const field of owned) {
    const old = pod.status?.[field];
    if (deepEqual(old, wanted[field])) continue;
    status[field] = wanted[field] ?? null;
    if (mergedLists.has(field) && Array.isArray(old) && Array.isArray(wanted[field])) {
      status[field] = [...wanted[field], { $patch: 'replace' }];
    }
  }
  const conditions = changedConditions(pod.status?.conditions ?? [], wanted.conditions ?? []);
  if (conditions.length > 0) status.conditions = conditions;
  if (Object.keys(status).length === 0) return undefined;
  return { metadata: { uid: pod.metadata.uid }, status };
}

/** They merge by type; a reason or message that is gone must be said to be. */
function changedConditions(old: V1PodCondition[], wanted: V1PodCondition[]): object[] {
  return wanted.flatMap((condition) => {
    const before = old.find(({ type }) => type === condition.type);
    if (!before) return [condition];
    const { lastTransitionTime: _, ...was } = before;
    const { lastTransitionTime, ...is } = condition;
    delete was.lastProbeTime;
    if (deepEqual(was, is)) return [];
    const removed = {
      ...(was.reason !== undefined && is.reason === undefined ? { reason: null } : {}),
      ...(was.message !== undefined && is.message === undefined ? { message: null } : {}),
    };
    return [{ ...condition, ...removed }];
  });
}
