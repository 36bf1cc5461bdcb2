// The status of a Deployment as a function of its ReplicaSets: counts, and whether enough is available. Pure.

import type {
  V1Deployment,
  V1DeploymentStatus,
  V1ReplicaSet,
  V1ReplicaSetStatus,
} from '../../api/generated/types.ts';
import type { Conditions } from './conditions.ts';
import type { ResolvedSpec } from './spec.ts';

export interface DeploymentCounts {
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
  unavailableReplicas: number;
}

export function countsOf(
  newSet: V1ReplicaSet | undefined,
  oldSets: readonly V1ReplicaSet[],
): DeploymentCounts {
  const sets = newSet ? [newSet, ...oldSets] : oldSets;
  const wanted = sets.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
  const availableReplicas = sum(sets, 'availableReplicas');
  return {
    replicas: sum(sets, 'replicas'),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum(sets, 'readyReplicas'),
    availableReplicas,
    // A set that was just scaled down has more available than it wants.
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
  };
}

/** Counts of zero are left out, as Kubernetes does on the wire. */
export function statusOf(
  deployment: V1Deployment,
  counts: DeploymentCounts,
  conditions: Conditions,
): V1DeploymentStatus {
  const status: V1DeploymentStatus = { observedGeneration: deployment.metadata.generation };
  for (const field of Object.keys(counts) as (keyof DeploymentCounts)[]) {
    if (counts[field] > 0) status[field] = counts[field];
  }
  const { collisionCount } = deployment.status ?? {};
  if (collisionCount) status.collisionCount = collisionCount;
  status.conditions = conditions.toArray();
  return status;
}

export function judgeAvailability(
  conditions: Conditions,
  spec: ResolvedSpec,
  counts: DeploymentCounts,
): void {
  if (counts.availableReplicas >= spec.replicas - spec.maxUnavailable) {
    const message = 'Deployment has minimum availability.';
    conditions.set('Available', { status: 'True', reason: 'MinimumReplicasAvailable', message });
  } else {
    const message = 'Deployment does not have minimum availability.';
    conditions.set('Available', { status: 'False', reason: 'MinimumReplicasUnavailable', message });
  }
}

/** Shows the failure of the new set, else of any. */
export function judgeFailures(
  conditions: Conditions,
  newSet: V1ReplicaSet | undefined,
  oldSets: readonly V1ReplicaSet[],
): void {
  const failures = [newSet, ...oldSets].flatMap((set) => set?.status?.conditions ?? []);
  const failure = failures.find(({ type }) => type === 'ReplicaFailure');
  if (!failure) {
    conditions.remove('ReplicaFailure');
    return;
  }
  const { status, reason, message } = failure;
  conditions.set('ReplicaFailure', { status, reason, message });
}

function sum(sets: readonly V1ReplicaSet[], field: keyof V1ReplicaSetStatus & `${string}eplicas`): number {
  return sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);
}
