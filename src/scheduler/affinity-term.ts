// One pod affinity or anti-affinity term, resolved: which pods in which namespaces it means, and over which topology.

import type { V1Pod, V1PodAffinityTerm } from '../api/generated/types.ts';
import { type Labels, matcherOf, withLabelKeys } from './label-keys.ts';

/** What a term needs to know of a pod. */
export interface LabelledPod {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The labels of a namespace; undefined when it is not known (yet). */
export type NamespaceLabels = (namespace: string) => Labels | undefined;

export interface AffinityTerm {
  /** Equal for terms that mean the same pods and the same topology, whoever carries them. */
  readonly id: string;
  readonly topologyKey: string;
  matches(pod: LabelledPod, namespaceLabels: NamespaceLabels): boolean;
}

export interface WeightedTerm {
  readonly term: AffinityTerm;
  /** -100 to 100; negative for anti-affinity. */
  readonly weight: number;
}

/** Without namespaces and namespaceSelector, a term means its own pod's namespace. */
function namespacesOf(term: V1PodAffinityTerm, own: string): string[] {
  const named = term.namespaces ?? [];
  if (named.length > 0) return [...named].sort();
  return term.namespaceSelector ? [] : [own];
}

/** matchLabelKeys and mismatchLabelKeys take their values from the carrying pod (KEP-3633). */
export function affinityTerm(term: V1PodAffinityTerm, owner: LabelledPod): AffinityTerm {
  const namespaces = new Set(namespacesOf(term, owner.namespace));
  const selector = withLabelKeys(
    term.labelSelector,
    owner.labels,
    term.matchLabelKeys,
    term.mismatchLabelKeys,
  );
  const podMatcher = matcherOf(selector);
  const namespaceMatcher = matcherOf(term.namespaceSelector);
  return {
    id: JSON.stringify([term.topologyKey, [...namespaces], term.namespaceSelector ?? null, selector ?? null]),
    topologyKey: term.topologyKey,
    matches(pod, namespaceLabels) {
      if (!podMatcher.matches(pod.labels)) return false;
      return namespaces.has(pod.namespace) || namespaceMatcher.matches(namespaceLabels(pod.namespace));
    },
  };
}

export interface PodAffinities {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly WeightedTerm[];
}

export function podAffinities(pod: V1Pod, owner: LabelledPod): PodAffinities {
  const affinity = pod.spec.affinity;
  const resolve = (term: V1PodAffinityTerm): AffinityTerm => affinityTerm(term, owner);
  const weighted =
    (sign: 1 | -1) => (preference: { weight: number; podAffinityTerm: V1PodAffinityTerm }) => ({
      term: resolve(preference.podAffinityTerm),
      weight: sign * preference.weight,
    });
  const attract = affinity?.podAffinity;
  const repel = affinity?.podAntiAffinity;
  return {
    required: (attract?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(resolve),
    requiredAnti: (repel?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(resolve),
    preferred: [
      ...(attract?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted(1)),
      ...(repel?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted(-1)),
    ],
  };
}
