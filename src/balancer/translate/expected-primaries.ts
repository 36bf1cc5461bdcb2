// How many primaries a Service should have: as many as the workloads that it selects were asked for. What a rollout takes away on purpose
// is no loss. Pure.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Deployment, V1Pod, V1ReplicaSet } from '../../api/generated/types.ts';
import type { LabelSelectorMatcher } from '../../api/selectors.ts';

/** Of the namespace of the Service. */
export interface Workloads {
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  /** Those that the Service selects. */
  readonly pods: readonly V1Pod[];
}

/**
 * Deployments and ReplicaSets count by what they were asked for, whether their pods exist or not; pods of others (StatefulSets, jobs, no
 * owner at all) count as they are.
 */
export function expectedPrimaries(
  { deployments, replicaSets, pods }: Workloads,
  selector: LabelSelectorMatcher,
  backups?: LabelSelectorMatcher,
): number {
  const isPrimary = (labels: Record<string, string> | undefined): boolean =>
    selector.matches(labels) && !backups?.matches(labels);
  let expected = 0;
  for (const one of deployments) {
    if (isPrimary(one.spec.template.metadata?.labels)) expected += wantedOf(one);
  }
  for (const one of replicaSets) {
    if (controllerKind(one) !== 'Deployment' && isPrimary(one.spec.template?.metadata?.labels)) {
      expected += one.spec.replicas ?? 1;
    }
  }
  for (const pod of pods) {
    if (controllerKind(pod) !== 'ReplicaSet' && isHere(pod) && isPrimary(pod.metadata.labels)) expected++;
  }
  return expected;
}

function wantedOf(deployment: V1Deployment): number {
  const replicas = deployment.spec.replicas ?? 1;
  return isRollingOut(deployment) ? Math.max(0, replicas - takenAway(deployment, replicas)) : replicas;
}

/** Until every replica is of the newest template and has become available once. */
function isRollingOut({ metadata, spec, status = {} }: V1Deployment): boolean {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return true;
  const progress = status.conditions?.find(({ type }) => type === 'Progressing')?.reason;
  if (progress !== undefined) return progress !== 'NewReplicaSetAvailable';
  const updated = status.updatedReplicas ?? 0;
  return updated < (spec.replicas ?? 1) || (status.replicas ?? 0) > updated;
}

/** Percentages are rounded down, as the Deployment's controller does. */
function takenAway({ spec }: V1Deployment, replicas: number): number {
  if (spec.strategy?.type === 'Recreate') return replicas;
  const { maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  if (typeof maxUnavailable === 'number') return maxUnavailable;
  return Math.floor((replicas * Number.parseInt(maxUnavailable, 10)) / 100);
}

function controllerKind({ metadata }: V1Pod | V1ReplicaSet): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller)?.kind;
}

function isHere(pod: V1Pod): boolean {
  return !pod.metadata.deletionTimestamp && !hasEnded(pod);
}
