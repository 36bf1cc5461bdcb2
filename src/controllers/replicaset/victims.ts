// Which pods go first when there are too many (the order of Kubernetes' ActivePodsWithRanks): those whose loss hurts least.

import { isReady } from '../../api/core/readiness.ts';
import type { V1Pod } from '../../api/generated/types.ts';
import { readySince } from '../pod-state.ts';

/** The annotation by which an application says which of its pods it would rather lose; higher means later. */
const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Chooses `count` of `pods`. `related` are all active pods of the same application (also those of sibling ReplicaSets):
 * a node that has many of them loses one first.
 */
export function chooseVictims(pods: readonly V1Pod[], related: readonly V1Pod[], count: number): V1Pod[] {
  if (count >= pods.length) return [...pods];
  const perNode = countPerNode(related);
  const ranked = pods.map((pod) => ({ pod, rank: rankOf(pod, perNode) }));
  ranked.sort((a, b) => compare(a.rank, b.rank));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

/** Compared number by number; the smaller goes first. */
function rankOf(pod: V1Pod, perNode: ReadonlyMap<string, number>): number[] {
  const ready = isReady(pod);
  return [
    pod.spec.nodeName ? 1 : 0,
    phaseOrder[pod.status?.phase ?? 'Unknown'] ?? 1,
    ready ? 1 : 0,
    deletionCost(pod),
    -(perNode.get(pod.spec.nodeName ?? '') ?? 0),
    ready ? -(readySince(pod) ?? Number.MAX_SAFE_INTEGER) : 0,
    -maxRestarts(pod),
    -Date.parse(pod.metadata.creationTimestamp),
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function deletionCost(pod: V1Pod): number {
  const text = pod.metadata.annotations?.[costAnnotation] ?? '0';
  return /^-?\d+$/.test(text) ? Number(text) : 0;
}

function maxRestarts(pod: V1Pod): number {
  const counts = pod.status?.containerStatuses?.map(({ restartCount }) => restartCount) ?? [];
  return Math.max(0, ...counts);
}

function countPerNode(pods: readonly V1Pod[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { spec } of pods) {
    if (spec.nodeName) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  }
  return counts;
}
