// Is the rollout done, getting on, or stuck? The Progressing condition, which `kubectl rollout status` reads. Pure.

import type { V1Deployment, V1ReplicaSet } from '../../api/generated/types.ts';
import type { Conditions } from './conditions.ts';
import type { ResolvedSpec } from './spec.ts';
import type { DeploymentCounts } from './status.ts';

const done = 'NewReplicaSetAvailable';
const timedOut = 'ProgressDeadlineExceeded';
const paused = 'DeploymentPaused';

/** Everything is updated and available, and nothing old is left. */
export function isComplete({ replicas }: ResolvedSpec, counts: DeploymentCounts): boolean {
  return (
    counts.updatedReplicas === replicas &&
    counts.replicas === replicas &&
    counts.availableReplicas === replicas
  );
}

/** The deployment's own status is the one before, `counts` the one now. */
export function judgeProgress(
  conditions: Conditions,
  deployment: V1Deployment,
  spec: ResolvedSpec,
  counts: DeploymentCounts,
  newSet: V1ReplicaSet | undefined,
): void {
  if (spec.progressDeadlineSeconds === undefined) {
    conditions.remove('Progressing');
    return;
  }
  const current = conditions.get('Progressing');
  // A finished rollout stays finished when a pod dies: that is availability, not progress.
  if (counts.replicas === counts.updatedReplicas && current?.reason === done) return;
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(spec, counts)) {
    conditions.set('Progressing', {
      status: 'True',
      reason: done,
      message: `${subject} has successfully progressed.`,
    });
  } else if (isProgressing(deployment, counts)) {
    const facts = { status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` };
    conditions.renew('Progressing', facts);
  } else if (isTimedOut(conditions, spec)) {
    const message = `${subject} has timed out progressing.`;
    conditions.set('Progressing', { status: 'False', reason: timedOut, message });
  }
}

/** A pause stops the deadline's clock; resuming starts it again. */
export function judgePause(conditions: Conditions, spec: ResolvedSpec): void {
  if (spec.progressDeadlineSeconds === undefined) return;
  const current = conditions.get('Progressing');
  if (current?.reason === timedOut) return;
  const known = current?.reason === paused;
  if (spec.paused && !known) {
    conditions.set('Progressing', { status: 'Unknown', reason: paused, message: 'Deployment is paused' });
  } else if (!spec.paused && known) {
    const facts = { status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' };
    conditions.set('Progressing', facts);
  }
}

/** Milliseconds until the deadline has to be looked at again; undefined when it cannot pass. */
export function deadlineInMs(
  conditions: Conditions,
  spec: ResolvedSpec,
  counts: DeploymentCounts,
): number | undefined {
  const current = conditions.get('Progressing');
  if (spec.progressDeadlineSeconds === undefined || !current || spec.paused) return undefined;
  if (isComplete(spec, counts) || current.reason === timedOut || current.reason === done) return undefined;
  const left = deadlineOf(conditions, spec.progressDeadlineSeconds) - conditions.nowMs;
  // Times are whole seconds: look when the deadline has passed for sure.
  return Math.max(0, left) + 1000;
}

function isProgressing({ status = {} }: V1Deployment, counts: DeploymentCounts): boolean {
  const oldBefore = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  const oldNow = counts.replicas - counts.updatedReplicas;
  return (
    counts.updatedReplicas > (status.updatedReplicas ?? 0) ||
    oldNow < oldBefore ||
    counts.readyReplicas > (status.readyReplicas ?? 0) ||
    counts.availableReplicas > (status.availableReplicas ?? 0)
  );
}

function isTimedOut(conditions: Conditions, { progressDeadlineSeconds = 0, paused }: ResolvedSpec): boolean {
  const current = conditions.get('Progressing');
  if (!current || current.reason === done || paused) return false;
  if (current.reason === timedOut) return true;
  return deadlineOf(conditions, progressDeadlineSeconds) < conditions.nowMs;
}

/** A condition without a time, which only somebody else can have written, counts from now. */
function deadlineOf(conditions: Conditions, seconds: number): number {
  const since = Date.parse(conditions.get('Progressing')?.lastUpdateTime ?? '');
  return (Number.isNaN(since) ? conditions.nowMs : since) + seconds * 1000;
}
