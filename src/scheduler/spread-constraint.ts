// A topology spread constraint of a pod, with its defaults filled in and its selector compiled.

import type { V1Pod, V1TopologySpreadConstraint } from '../api/generated/types.ts';
import { type Labels, matcherOf, withLabelKeys } from './label-keys.ts';

export interface SpreadConstraint {
  /** Equal for constraints that count the same pods; the namespace is the carrying pod's. */
  readonly selectorId: string;
  readonly topologyKey: string;
  readonly maxSkew: number;
  /** At least this many domains are assumed: with fewer, the least count is taken as 0. */
  readonly minDomains: number;
  /** True: DoNotSchedule, a filter. False: ScheduleAnyway, a score. */
  readonly required: boolean;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
  matches(labels: Labels): boolean;
}

function resolve(constraint: V1TopologySpreadConstraint, labels: Labels): SpreadConstraint {
  const selector = withLabelKeys(constraint.labelSelector, labels, constraint.matchLabelKeys);
  const matcher = matcherOf(selector);
  return {
    selectorId: JSON.stringify(selector ?? null),
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    required: constraint.whenUnsatisfiable === 'DoNotSchedule',
    honorAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorTaints: (constraint.nodeTaintsPolicy ?? 'Ignore') === 'Honor',
    matches: (other) => matcher.matches(other),
  };
}

export function spreadConstraintsOf(pod: V1Pod, labels: Labels): SpreadConstraint[] {
  return (pod.spec.topologySpreadConstraints ?? []).map((constraint) => resolve(constraint, labels));
}
