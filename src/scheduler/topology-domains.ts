// Counting for topology spread constraints: how many matching pods each domain has, over the nodes that take part.

import type { Cluster } from './cluster.ts';
import { nodeIsWanted } from './node-affinity.ts';
import type { NodeInfo } from './node-info.ts';
import type { CountsByNode } from './pod-counts.ts';
import type { PodInfo } from './pod-info.ts';
import type { SpreadConstraint } from './spread-constraint.ts';
import { untolerated } from './taints.ts';

/** Matching pods of the pod's namespace per node; those on their way out do not count. */
export function matchingPods(constraint: SpreadConstraint, pod: PodInfo, cluster: Cluster): CountsByNode {
  return cluster.count({
    id: `spread ${pod.namespace} ${constraint.selectorId}`,
    matches: (other) =>
      other.namespace === pod.namespace && !other.terminating && constraint.matches(other.labels),
  });
}

function isHonored(constraint: SpreadConstraint, pod: PodInfo, info: NodeInfo): boolean {
  const { node } = info;
  if (!node || (constraint.honorAffinity && !nodeIsWanted(pod.pod, node))) return false;
  if (!constraint.honorTaints) return true;
  const cordonRefuses = info.cordon && untolerated([info.cordon], pod.pod, ['NoSchedule']);
  return !cordonRefuses && !untolerated(info.taints, pod.pod, ['NoSchedule', 'NoExecute']);
}

/** Only nodes with the keys of all constraints of the pod take part, and only those the constraint's policies let in. */
export function participants(
  constraint: SpreadConstraint,
  all: readonly SpreadConstraint[],
  pod: PodInfo,
  nodes: readonly NodeInfo[],
): NodeInfo[] {
  return nodes.filter(
    (node) =>
      all.every(({ topologyKey }) => node.topology(topologyKey) !== undefined) &&
      isHonored(constraint, pod, node),
  );
}

/** Matching pods per domain; a domain without any is there with 0. */
export function domainTotals(
  constraint: SpreadConstraint,
  nodes: readonly NodeInfo[],
  counts: CountsByNode,
): Map<string, number> {
  const totals = new Map<string, number>();
  for (const node of nodes) {
    const value = node.topology(constraint.topologyKey) ?? '';
    totals.set(value, (totals.get(value) ?? 0) + (counts.get(node.name) ?? 0));
  }
  return totals;
}
