// What is written on a node that is lost, not ready or short of something: conditions and taints. Pure.

import type { V1Node, V1NodeCondition, V1Taint } from '../../api/generated/types.ts';
import { conditionOf, withCondition } from '../conditions.ts';

/** What a kubelet reports; unknown once it stops reporting. */
const reported = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The node's conditions once its kubelet is not heard of any more. */
export function lostConditions(node: V1Node, now: string): V1NodeCondition[] {
  let conditions: V1NodeCondition[] = node.status?.conditions ?? [];
  for (const type of reported) {
    const old = conditionOf(conditions, type);
    if (old?.status === 'Unknown') continue;
    const never = { reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' };
    const stopped = { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
    conditions = withCondition(conditions, { type, status: 'Unknown', ...(old ? stopped : never) }, now);
  }
  return conditions;
}

export const unreachable = 'node.kubernetes.io/unreachable';
export const notReady = 'node.kubernetes.io/not-ready';

/** Taints that follow a condition with this status. */
const pressures: readonly [type: string, key: string][] = [
  ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
  ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
  ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
];
const cordoned = 'node.kubernetes.io/unschedulable';

const managed = new Set([unreachable, notReady, cordoned, ...pressures.map(([, key]) => key)]);

/** The taint that stands for the node's Ready condition; undefined when it is ready. */
function readinessKey(node: V1Node): string | undefined {
  const status = conditionOf(node.status?.conditions, 'Ready')?.status;
  if (status === 'True') return undefined;
  return status === 'False' ? notReady : unreachable;
}

function wanted(node: V1Node): V1Taint[] {
  const taints: V1Taint[] = [];
  // A node that has never reported has the taint its kubelet registered with, and no other yet.
  const hasReported = conditionOf(node.status?.conditions, 'Ready') !== undefined;
  const key = hasReported ? readinessKey(node) : undefined;
  if (key) taints.push({ key, effect: 'NoSchedule' }, { key, effect: 'NoExecute' });
  for (const [type, pressure] of pressures) {
    const status = conditionOf(node.status?.conditions, type)?.status;
    if (status === 'True') taints.push({ key: pressure, effect: 'NoSchedule' });
  }
  if (node.spec?.unschedulable) taints.push({ key: cordoned, effect: 'NoSchedule' });
  return taints;
}

function isSame(a: V1Taint, b: V1Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** The node's taints as they should be: the user's own untouched, those of conditions added and removed; undefined when nothing changes. */
export function taintsFor(node: V1Node, now: string): V1Taint[] | undefined {
  const old = node.spec?.taints ?? [];
  const hasReported = conditionOf(node.status?.conditions, 'Ready') !== undefined;
  const due = wanted(node);
  const isDue = (taint: V1Taint): boolean => due.some((other) => isSame(taint, other));
  const kept = old.filter((taint) => !managed.has(taint.key) || !hasReported || isDue(taint));
  const added = due
    .filter((taint) => !old.some((other) => isSame(taint, other)))
    .map((taint) => (taint.effect === 'NoExecute' ? { ...taint, timeAdded: now } : taint));
  return added.length === 0 && kept.length === old.length ? undefined : [...kept, ...added];
}
