// The filter of topology spread constraints with DoNotSchedule: no domain gets more than maxSkew ahead of the emptiest.

import type { Cluster } from '../cluster.ts';
import type { PodInfo } from '../pod-info.ts';
import type { SpreadConstraint } from '../spread-constraint.ts';
import { domainTotals, matchingPods, participants } from '../topology-domains.ts';
import { type Filter, fits } from './filter.ts';

const skewed = ["node(s) didn't match pod topology spread constraints"];
const unlabelled = ["node(s) didn't match pod topology spread constraints (missing required label)"];

interface Limit {
  readonly key: string;
  readonly totals: ReadonlyMap<string, number>;
  /** The most matching pods a domain may have before this one is added. */
  readonly most: number;
}

function limitOf(
  constraint: SpreadConstraint,
  all: readonly SpreadConstraint[],
  pod: PodInfo,
  cluster: Cluster,
): Limit {
  const nodes = participants(constraint, all, pod, cluster.nodes);
  const totals = domainTotals(constraint, nodes, matchingPods(constraint, pod, cluster));
  const least = totals.size < constraint.minDomains || totals.size === 0 ? 0 : Math.min(...totals.values());
  const self = constraint.matches(pod.labels) ? 1 : 0;
  return { key: constraint.topologyKey, totals, most: constraint.maxSkew + least - self };
}

export const topologySpread: Filter = (pod, cluster) => {
  const required = pod.spread.filter((constraint) => constraint.required);
  if (required.length === 0) return undefined;
  const limits = required.map((constraint) => limitOf(constraint, required, pod, cluster));
  return (node) => {
    for (const { key, totals, most } of limits) {
      const value = node.topology(key);
      if (value === undefined) return unlabelled;
      if ((totals.get(value) ?? 0) > most) return skewed;
    }
    return fits;
  };
};
