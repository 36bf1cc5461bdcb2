// Which of the allowed nodes is best. What the pod's author prefers comes first; then replicas are spread evenly; then the node with
// the most room; then the one with the fewest pods; then the name, so that every decision can be repeated.

import type { Cluster } from './cluster.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { freeResources } from './score/free-resources.ts';
import { preferredCompany, preferredNodes, softSpread, softTaints } from './score/preferences.ts';
import { replicaLoad } from './score/replica-spread.ts';
import type { NodeScore, Score } from './score/score.ts';

/** kube-scheduler's default weights. */
const preferences: readonly { score: Score; weight: number }[] = [
  { score: softTaints, weight: 3 },
  { score: preferredNodes, weight: 2 },
  { score: preferredCompany, weight: 2 },
  { score: softSpread, weight: 2 },
];

function preference(pod: PodInfo, cluster: Cluster, allowed: readonly NodeInfo[]): NodeScore {
  const scores = preferences.flatMap(({ score, weight }) => {
    const byNode = score(pod, cluster, allowed);
    return byNode ? [{ byNode, weight }] : [];
  });
  return (node) => scores.reduce((sum, { byNode, weight }) => sum + weight * byNode(node), 0);
}

/** Compares rank by rank; greater is better. */
function isBetter(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** The best of the allowed nodes (in name order: the first of equals wins); undefined when there is none. */
export function bestNode(pod: PodInfo, cluster: Cluster, allowed: readonly NodeInfo[]): NodeInfo | undefined {
  if (allowed.length < 2) return allowed[0];
  const preferred = preference(pod, cluster, allowed);
  const load = replicaLoad(pod, cluster.nodes);
  let best: { node: NodeInfo; ranks: readonly number[] } | undefined;
  for (const node of allowed) {
    const [onNode, inZone] = load(node);
    const ranks = [preferred(node), -onNode, -inZone, freeResources(pod, node), -node.pods.size];
    if (!best || isBetter(ranks, best.ranks)) best = { node, ranks };
  }
  return best?.node;
}
