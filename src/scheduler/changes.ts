// Which changes matter to scheduling: most updates of pods and nodes are reports of status and change no decision.

import type { V1Node, V1Pod } from '../api/generated/types.ts';
import { deepEqual } from '../base/deep-equal.ts';
import type { PodInfo } from './pod-info.ts';

/** The node offers something else, or to others, than before. */
export function changesRoom(node: V1Node, old: V1Node): boolean {
  return !deepEqual(
    [
      node.metadata.labels,
      node.spec?.taints,
      node.spec?.unschedulable,
      node.status?.allocatable,
      node.status?.capacity,
    ],
    [
      old.metadata.labels,
      old.spec?.taints,
      old.spec?.unschedulable,
      old.status?.allocatable,
      old.status?.capacity,
    ],
  );
}

/** A placed pod counts otherwise than before; its spec cannot change but for the node. */
export function changesPlacing(pod: V1Pod, old: V1Pod): boolean {
  return (
    pod.metadata.uid !== old.metadata.uid ||
    pod.spec.nodeName !== old.spec.nodeName ||
    pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
    !deepEqual(pod.metadata.labels, old.metadata.labels)
  );
}

/** A pending pod asks for something else than before. */
export function changesWishes(pod: V1Pod, old: V1Pod): boolean {
  return (
    pod.metadata.uid !== old.metadata.uid ||
    !deepEqual(pod.metadata.labels, old.metadata.labels) ||
    !deepEqual(pod.spec, old.spec)
  );
}

/** Whether other pods' coming can help the pod. */
export function needsCompany({ affinities, spread }: PodInfo): boolean {
  return affinities.required.length > 0 || spread.length > 0;
}
