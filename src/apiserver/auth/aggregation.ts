// Aggregated ClusterRoles: a role with an aggregationRule has the rules of all ClusterRoles its selectors match.
// A controller writes the result back, so that kubectl shows what is in force.

import type { V1ClusterRole } from '../../api/generated/types.ts';
import { labelSelectorFromObject } from '../../api/selectors.ts';
import type { PolicyRule } from './policy-rule.ts';

/** The rules `role` should have: of all matching roles but itself, by selector and then name, each rule once. Undefined: it does not aggregate. */
export function aggregateRules(role: V1ClusterRole, all: readonly V1ClusterRole[]): PolicyRule[] | undefined {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (!selectors?.length) return undefined;
  const byName = [...all].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  for (const selector of selectors.map(labelSelectorFromObject)) {
    for (const other of byName) {
      if (other.metadata.name === role.metadata.name || !selector.matches(other.metadata.labels)) continue;
      for (const rule of other.rules ?? []) rules.set(ruleKey(rule), rule);
    }
  }
  return [...rules.values()];
}

/** The roles whose stored rules are not what they aggregate, as they should be. Run again until empty: a role may aggregate another aggregated one. */
export function staleAggregations(all: readonly V1ClusterRole[]): V1ClusterRole[] {
  return all.flatMap((role) => {
    const rules = aggregateRules(role, all);
    if (!rules || sameRules(rules, role.rules ?? [])) return [];
    return [{ ...role, rules }];
  });
}

function ruleKey(rule: PolicyRule): string {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}

function sameRules(a: readonly PolicyRule[], b: readonly PolicyRule[]): boolean {
  return a.length === b.length && a.every((rule, i) => ruleKey(rule) === ruleKey(b[i] as PolicyRule));
}
