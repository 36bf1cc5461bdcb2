// The filter of required pod affinity and anti-affinity, in both directions: what the pod asks for, and what pods already placed refuse.

import type { AffinityTerm, NamespaceLabels } from '../affinity-term.ts';
import { type Cluster, countByTopology } from '../cluster.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { type Filter, fits, type NodeCheck } from './filter.ts';

interface Domains {
  readonly key: string;
  /** Matching pods per value of the key. */
  readonly totals: ReadonlyMap<string, number>;
}

function domainsOf(
  terms: readonly AffinityTerm[],
  pods: readonly AffinityTerm[],
  cluster: Cluster,
): Domains[] {
  const id = `affinity ${pods.map((term) => term.id).join()}`;
  const matches = (pod: PodInfo): boolean => matchesAll(pods, pod, cluster.namespaceLabels);
  const counts = cluster.count({ id, matches });
  return terms.map(({ topologyKey: key }) => ({ key, totals: countByTopology(counts, key, cluster.nodes) }));
}

function matchesAll(terms: readonly AffinityTerm[], pod: PodInfo, namespaceLabels: NamespaceLabels): boolean {
  return terms.every((term) => term.matches(pod, namespaceLabels));
}

function isPopulated(node: NodeInfo, { key, totals }: Domains): boolean {
  const value = node.topology(key);
  return value !== undefined && (totals.get(value) ?? 0) > 0;
}

/** A pod must match all terms to count. The first of a group that is attracted by itself may start anywhere the keys exist. */
function affinityCheck(pod: PodInfo, cluster: Cluster): NodeCheck | undefined {
  const terms = pod.affinities.required;
  if (terms.length === 0) return undefined;
  const domains = domainsOf(terms, terms, cluster);
  const nobodyYet = domains.every(({ totals }) => totals.size === 0);
  const mayStart = nobodyYet && matchesAll(terms, pod, cluster.namespaceLabels);
  const reasons = ["node(s) didn't match pod affinity rules"];
  return (node) => {
    const ok = mayStart
      ? domains.every(({ key }) => node.topology(key) !== undefined)
      : domains.every((domain) => isPopulated(node, domain));
    return ok ? fits : reasons;
  };
}

function refusal(domains: readonly Domains[], reason: string): NodeCheck | undefined {
  if (domains.every(({ totals }) => totals.size === 0)) return undefined;
  const reasons = [reason];
  return (node) => (domains.some((domain) => isPopulated(node, domain)) ? reasons : fits);
}

/** Each term counts its own pods. */
function antiAffinityCheck(pod: PodInfo, cluster: Cluster): NodeCheck | undefined {
  const domains = pod.affinities.requiredAnti.flatMap((term) => domainsOf([term], [term], cluster));
  return refusal(domains, "node(s) didn't match pod anti-affinity rules");
}

function existingCheck(pod: PodInfo, cluster: Cluster): NodeCheck | undefined {
  const domains: Domains[] = [];
  for (const { term, byNode } of cluster.antiAffinities) {
    if (!term.matches(pod, cluster.namespaceLabels)) continue;
    domains.push({ key: term.topologyKey, totals: countByTopology(byNode, term.topologyKey, cluster.nodes) });
  }
  return refusal(domains, "node(s) didn't satisfy existing pods anti-affinity rules");
}

export const podAffinity: Filter = (pod, cluster) => {
  const checks = [affinityCheck, antiAffinityCheck, existingCheck].flatMap(
    (prepare) => prepare(pod, cluster) ?? [],
  );
  if (checks.length === 0) return undefined;
  return (node) => {
    for (const check of checks) {
      const reasons = check(node);
      if (reasons.length > 0) return reasons;
    }
    return fits;
  };
};
