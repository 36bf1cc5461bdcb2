// What a PodDisruptionBudget says to an eviction, and how a granted one is booked. Pure; texts, causes and order as Kubernetes.

import { hasEnded } from '../../api/core/pod-phase.ts';
import { isReady } from '../../api/core/readiness.ts';
import type { V1Condition, V1Pod, V1PodDisruptionBudget } from '../../api/generated/types.ts';
import { labelSelectorFromObject } from '../../api/selectors.ts';
import { forbiddenError, StatusError, tooManyRequests } from '../../api/status.ts';
import { timestamp } from '../../api/timestamp.ts';

const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
/** When a client may ask again while the controller has not caught up. */
const retrySeconds = 10;
/** So many evictions may be granted and not yet seen by the budget's controller. */
const maxUnconfirmed = 2000;
const condition = 'DisruptionAllowed';

/** A pod that has not started, has ended or is leaving is no disruption. */
export function needsNoBudget(pod: V1Pod): boolean {
  const isLeaving = pod.metadata.deletionTimestamp !== undefined;
  return isLeaving || pod.status?.phase === 'Pending' || hasEnded(pod);
}

/** The budgets of the pod's namespace that mean it. A selector that cannot be read means none. */
export function budgetsOf(pod: V1Pod, budgets: readonly V1PodDisruptionBudget[]): V1PodDisruptionBudget[] {
  return budgets.filter(({ spec }) => {
    try {
      return labelSelectorFromObject(spec?.selector).matches(pod.metadata.labels);
    } catch (error) {
      if (error instanceof StatusError) return false;
      throw error;
    }
  });
}

/** A pod that is not ready counts for nothing and may go: always, or as long as the others are healthy enough. */
export function allowsUnhealthy(pod: V1Pod, { spec, status }: V1PodDisruptionBudget): boolean {
  if (isReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** The budget's status with one more granted eviction. Throws 429 where it grants none, 403 where it is out of order. */
export function grant(
  budget: V1PodDisruptionBudget,
  podName: string,
  now: number,
): V1PodDisruptionBudget['status'] {
  const { metadata, status } = budget;
  if (!status || (status.observedGeneration ?? 0) < (metadata.generation ?? 0)) throw notYet(metadata.name);
  const { disruptionsAllowed, disruptedPods = {} } = status;
  const of = { group: 'policy', resource: 'poddisruptionbudget' };
  if (disruptionsAllowed < 0) throw forbiddenError(of, metadata.name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > maxUnconfirmed) {
    const text = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    throw forbiddenError(of, metadata.name, text);
  }
  if (disruptionsAllowed === 0) throw exhausted(budget);
  const left = disruptionsAllowed - 1;
  return {
    ...status,
    disruptionsAllowed: left,
    disruptedPods: { ...disruptedPods, [podName]: timestamp(now) },
    ...(left === 0 ? { conditions: withInsufficient(budget, now) } : {}),
  };
}

/** The budget or the pod is on the move: the client may try again. */
export function notYet(budgetName: string): StatusError {
  const message = `The disruption budget ${budgetName} is still being processed by the server.`;
  return tooManyRequests(refusal, retrySeconds, [{ reason: 'DisruptionBudget', message }]);
}

function exhausted({ metadata, status }: V1PodDisruptionBudget): StatusError {
  const failed = status?.conditions?.find(
    ({ type, status: is, reason }) => type === condition && is === 'False' && reason === 'SyncFailed',
  );
  const message = failed
    ? `The disruption budget ${metadata.name} does not allow evicting pods currently because it failed sync: ${failed.message}`
    : `The disruption budget ${metadata.name} needs ${status?.desiredHealthy} healthy pods and has ${status?.currentHealthy} currently`;
  // Without a time to retry after, as Kubernetes: clients that see one wait inside their HTTP layer instead of telling the user.
  return new StatusError(429, 'TooManyRequests', refusal, {
    causes: [{ reason: 'DisruptionBudget', message }],
  });
}

function withInsufficient({ metadata, status }: V1PodDisruptionBudget, now: number): V1Condition[] {
  const conditions = status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === condition);
  const next: V1Condition = {
    message: '',
    ...known,
    ...{ type: condition, status: 'False', reason: 'InsufficientPods' },
    lastTransitionTime: known?.status === 'False' ? known.lastTransitionTime : timestamp(now),
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
  };
  return known ? conditions.map((one) => (one === known ? next : one)) : [...conditions, next];
}
