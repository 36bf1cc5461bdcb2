// A pod as the scheduler sees it: everything a decision needs, worked out once.

import { type Amounts, podAmounts } from '../api/core/resource-amounts.ts';
import type { V1Pod } from '../api/generated/types.ts';
import { type PodAffinities, podAffinities } from './affinity-term.ts';
import { type HostPort, hostPortsOf } from './host-ports.ts';
import type { Labels } from './label-keys.ts';
import { type SpreadConstraint, spreadConstraintsOf } from './spread-constraint.ts';

export interface PodInfo {
  readonly pod: V1Pod;
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly requests: Amounts;
  /** Requests with defaults for containers that name none; for scoring only. */
  readonly scoredRequests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly affinities: PodAffinities;
  readonly spread: readonly SpreadConstraint[];
  /** Equal for the replicas that should be spread over the nodes; undefined for a pod that is nobody's replica. */
  readonly replicaGroup: string | undefined;
  readonly terminating: boolean;
}

/** Replicas are the pods of one controller; without one, pods of a namespace with the same labels. */
function replicaGroupOf(pod: V1Pod, namespace: string, labels: Labels): string | undefined {
  const controller = pod.metadata.ownerReferences?.find((owner) => owner.controller);
  if (controller) return controller.uid;
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? `${namespace}/${JSON.stringify(entries)}` : undefined;
}

export function podKey(pod: V1Pod): string {
  return `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
}

export function podInfo(pod: V1Pod): PodInfo {
  const namespace = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? {};
  const owner = { namespace, labels };
  return {
    pod,
    key: podKey(pod),
    uid: pod.metadata.uid,
    namespace,
    labels,
    requests: podAmounts(pod),
    scoredRequests: podAmounts(pod, true),
    hostPorts: hostPortsOf(pod),
    affinities: podAffinities(pod, owner),
    spread: spreadConstraintsOf(pod, labels),
    replicaGroup: replicaGroupOf(pod, namespace, labels),
    terminating: pod.metadata.deletionTimestamp !== undefined,
  };
}
