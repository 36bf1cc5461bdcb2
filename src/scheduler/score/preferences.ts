// Scores for what the pod's author prefers: nodes, company of other pods, few soft taints, an even spread.

import { type Cluster, countByTopology } from '../cluster.ts';
import { termMatches } from '../node-affinity.ts';
import type { NodeInfo } from '../node-info.ts';
import { bump, type CountsByNode } from '../pod-counts.ts';
import type { PodInfo } from '../pod-info.ts';
import { isTolerated } from '../taints.ts';
import { domainTotals, matchingPods, participants } from '../topology-domains.ts';
import { type Score, scaled } from './score.ts';

export const softTaints: Score = ({ pod }, _cluster, candidates) =>
  scaled(
    candidates,
    ({ taints }) =>
      taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, pod)).length,
    true,
  );

export const preferredNodes: Score = ({ pod }, _cluster, candidates) => {
  const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  if (preferred.length === 0) return undefined;
  return scaled(candidates, ({ node }) =>
    preferred.reduce((sum, { weight, preference }) => {
      return node && termMatches(preference, node) ? sum + weight : sum;
    }, 0),
  );
};

/** Weight per topology key and value: what the pod prefers of those there, and what those there prefer of it. */
function companyWeights(pod: PodInfo, cluster: Cluster): Map<string, Map<string, number>> {
  const weights = new Map<string, Map<string, number>>();
  const add = (key: string, counts: CountsByNode, weight: number): void => {
    const byValue = weights.get(key) ?? new Map<string, number>();
    weights.set(key, byValue);
    for (const [value, count] of countByTopology(counts, key, cluster.nodes))
      bump(byValue, value, weight * count);
  };
  for (const { term, weight } of pod.affinities.preferred) {
    const matches = (other: PodInfo): boolean => term.matches(other, cluster.namespaceLabels);
    add(term.topologyKey, cluster.count({ id: `affinity ${term.id}`, matches }), weight);
  }
  for (const { term, byNode } of cluster.preferences) {
    if (term.matches(pod, cluster.namespaceLabels)) add(term.topologyKey, byNode, 1);
  }
  return weights;
}

export const preferredCompany: Score = (pod, cluster, candidates) => {
  const weights = companyWeights(pod, cluster);
  if (weights.size === 0) return undefined;
  return scaled(candidates, (node) => {
    let sum = 0;
    for (const [key, byValue] of weights) sum += byValue.get(node.topology(key) ?? '') ?? 0;
    return sum;
  });
};

/** The logarithm evens out keys with many and with few domains; it is kube-scheduler's formula (KEP-895). */
function spreadCost(pod: PodInfo, cluster: Cluster): (node: NodeInfo) => number {
  const soft = pod.spread.filter((constraint) => !constraint.required);
  const parts = soft.map((constraint) => {
    const nodes = participants(constraint, soft, pod, cluster.nodes);
    const totals = domainTotals(constraint, nodes, matchingPods(constraint, pod, cluster));
    return { constraint, totals, weight: Math.log(totals.size + 2) };
  });
  const worst = parts.reduce(
    (sum, { totals, weight }) => sum + weight * (1 + Math.max(0, ...totals.values())),
    0,
  );
  return (node) => {
    let cost = 0;
    for (const { constraint, totals, weight } of parts) {
      const value = node.topology(constraint.topologyKey);
      if (value === undefined) return worst;
      cost += weight * (totals.get(value) ?? 0);
    }
    return cost;
  };
}

export const softSpread: Score = (pod, cluster, candidates) =>
  pod.spread.every((constraint) => constraint.required)
    ? undefined
    : scaled(candidates, spreadCost(pod, cluster), true);
