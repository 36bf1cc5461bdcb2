// The status of a ReplicaSet as a function of its pods. Pure.

import { isReady } from '../../api/core/readiness.ts';
import type {
  V1Pod,
  V1ReplicaSet,
  V1ReplicaSetCondition,
  V1ReplicaSetStatus,
} from '../../api/generated/types.ts';
import { labelSelectorFromMap, matchEverything } from '../../api/selectors.ts';
import { timestamp } from '../../api/timestamp.ts';
import { isAvailable } from '../pod-state.ts';

/** What went wrong while replicas were created or deleted. */
export interface ReplicaFailure {
  reason: 'FailedCreate' | 'FailedDelete';
  message: string;
}

/** `now` is wall-clock milliseconds. */
export function replicaSetStatus(
  set: V1ReplicaSet,
  pods: readonly V1Pod[],
  failure: ReplicaFailure | undefined,
  now: number,
): V1ReplicaSetStatus {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const labels = set.spec.template?.metadata?.labels ?? {};
  const template = Object.keys(labels).length > 0 ? labelSelectorFromMap(labels) : matchEverything;
  const status: V1ReplicaSetStatus = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.filter(({ metadata }) => template.matches(metadata.labels)).length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    observedGeneration: set.metadata.generation,
  };
  const conditions = conditionsOf(set.status?.conditions ?? [], failure, now);
  if (conditions.length > 0) status.conditions = conditions;
  return status;
}

/** Zero counts are left out on the wire, so absent equals zero. */
export function sameCounts(a: V1ReplicaSetStatus | undefined, b: V1ReplicaSetStatus): boolean {
  const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
  return counts.every((field) => (a?.[field] ?? 0) === (b[field] ?? 0));
}

/** The failure keeps its first time for as long as it lasts. */
function conditionsOf(
  old: readonly V1ReplicaSetCondition[],
  failure: ReplicaFailure | undefined,
  now: number,
): V1ReplicaSetCondition[] {
  const others = old.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return others;
  const known = old.find(({ type }) => type === 'ReplicaFailure');
  const lastTransitionTime = timestamp(now);
  const { reason, message } = failure;
  return [
    ...others,
    known ?? { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason, message },
  ];
}
