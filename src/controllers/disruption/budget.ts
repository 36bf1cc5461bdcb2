// The arithmetic of PodDisruptionBudgets: how many of the pods it means may be disrupted now. Pure.

import { hasEnded } from '../../api/core/pod-phase.ts';
import { isReady } from '../../api/core/readiness.ts';
import type { V1Pod, V1PodDisruptionBudget, V1PodDisruptionBudgetSpec } from '../../api/generated/types.ts';

export interface BudgetFacts {
  /** How many pods there should be. */
  expected: number;
  /** How many must stay healthy. */
  desiredHealthy: number;
}

export interface BudgetCounts extends BudgetFacts {
  currentHealthy: number;
  disruptionsAllowed: number;
}

/** A count, or a percentage of `total`, rounded up. Throws for text that is neither. */
export function scaledValue(value: number | string, total: number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value);
  if (!percent)
    throw new Error(`invalid value for IntOrString: invalid type: string is not a percentage: ${value}`);
  return Math.ceil((Number(percent[1]) * total) / 100);
}

/** Whether the expected count comes from the pods' controllers; otherwise it is the number of pods. */
export function needsScale(spec: V1PodDisruptionBudgetSpec): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/** `scale` is what the pods' controllers want together; `podCount` how many pods there are. */
export function budgetFacts(spec: V1PodDisruptionBudgetSpec, podCount: number, scale: number): BudgetFacts {
  if (spec.maxUnavailable !== undefined) {
    const unavailable = scaledValue(spec.maxUnavailable, scale);
    return { expected: scale, desiredHealthy: Math.max(0, scale - unavailable) };
  }
  const minAvailable = spec.minAvailable ?? 0;
  if (typeof minAvailable === 'number') return { expected: podCount, desiredHealthy: minAvailable };
  return { expected: scale, desiredHealthy: scaledValue(minAvailable, scale) };
}

/** Ended pods do not count at all. */
export function countedPods(pods: readonly V1Pod[]): V1Pod[] {
  return pods.filter((pod) => !hasEnded(pod));
}

/** A pod on its way out, or granted to an eviction that has not reached it yet, is not healthy. */
export function budgetCounts(
  facts: BudgetFacts,
  pods: readonly V1Pod[],
  disrupted: Readonly<Record<string, string>>,
): BudgetCounts {
  const healthy = pods.filter(
    (pod) => isReady(pod) && !pod.metadata.deletionTimestamp && !Object.hasOwn(disrupted, pod.metadata.name),
  );
  const spare = Math.max(0, healthy.length - facts.desiredHealthy);
  return {
    ...facts,
    currentHealthy: healthy.length,
    disruptionsAllowed: facts.expected > 0 ? spare : 0,
  };
}

/** How long an eviction that was granted may take to show on its pod. */
export const disruptionTimeoutMs = 120_000;

export interface PendingDisruptions {
  /** Granted evictions that still count. */
  disrupted: Record<string, string>;
  /** When the next of them runs out, in wall-clock milliseconds. */
  nextAt: number | undefined;
}

/** Drops granted evictions whose pod is gone or going, and those whose time has run out. */
export function pendingDisruptions(
  budget: V1PodDisruptionBudget,
  pods: readonly V1Pod[],
  now: number,
): PendingDisruptions {
  const disrupted: Record<string, string> = {};
  let nextAt: number | undefined;
  for (const [name, granted] of Object.entries(budget.status?.disruptedPods ?? {})) {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    const runsOut = Date.parse(granted) + disruptionTimeoutMs;
    if (!pod || pod.metadata.deletionTimestamp || runsOut <= now) continue;
    disrupted[name] = granted;
    nextAt = Math.min(nextAt ?? runsOut, runsOut);
  }
  return { disrupted, nextAt };
}
