// Whether a set of rules grants at least what another set grants: the arithmetic behind the escalation checks.
// Conservative as Kubernetes' is: what is covered is certainly held; what two rules grant only together may count as missing.

import { type PolicyRule, urlPatternCovers } from './policy-rule.ts';

/** The parts of `wanted` that no rule of `held` covers, each with one verb and one resource or URL. Empty: all is covered. */
export function missingRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !held.some((rule) => ruleCovers(rule, part)));
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  return [...resourceParts(rule), ...urlParts(rule)];
}

function resourceParts(rule: PolicyRule): PolicyRule[] {
  const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  const parts: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        for (const name of names) parts.push(resourcePart(group, resource, verb, name));
      }
    }
  }
  return parts;
}

function resourcePart(group: string, resource: string, verb: string, name: string | undefined): PolicyRule {
  const part: PolicyRule = { apiGroups: [group], resources: [resource], verbs: [verb] };
  if (name !== undefined) part.resourceNames = [name];
  return part;
}

function urlParts(rule: PolicyRule): PolicyRule[] {
  return (rule.nonResourceURLs ?? []).flatMap((url) =>
    rule.verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })),
  );
}

/** `part` comes from breakDown: it is either one resource or one URL. */
function ruleCovers(held: PolicyRule, part: PolicyRule): boolean {
  if (!coversAll(held.verbs, part.verbs)) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined)
    return (held.nonResourceURLs ?? []).some((pattern) => urlPatternCovers(pattern, url));
  return (
    coversAll(held.apiGroups, part.apiGroups) &&
    coversResource(held.resources, part.resources?.[0] ?? '') &&
    coversNames(held.resourceNames, part.resourceNames)
  );
}

function coversAll(held: string[] = [], wanted: string[] = []): boolean {
  return held.includes('*') || wanted.every((item) => held.includes(item));
}

function coversResource(held: string[] = [], wanted: string): boolean {
  if (held.includes('*') || held.includes(wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && held.includes(`*/${wanted.slice(slash + 1)}`);
}

function coversNames(held: string[] = [], wanted: string[] = []): boolean {
  if (held.length === 0) return true;
  return wanted.length > 0 && wanted.every((name) => held.includes(name));
}

/** Rules that differ only in their verbs become one, in the order in which they first appear. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.nonResourceURLs, rule.resourceNames]);
    const first = merged.get(key);
    const verbs = first ? [...new Set([...first.verbs, ...rule.verbs])] : rule.verbs;
    merged.set(key, { ...rule, verbs });
  }
  return [...merged.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`, as Kubernetes prints a rule. */
export function ruleText(rule: PolicyRule): string {
  const fields: [string, string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = fields.filter(([, list]) => list?.length).map(([name, list]) => `${name}:${quoted(list)}`);
  return `{${shown.join(', ')}}`;
}

/** A list as Go prints it with %q: `["a" "b"]`. */
export function quoted(list: readonly string[] = []): string {
  return `[${list.map((item) => JSON.stringify(item)).join(' ')}]`;
}
