// One RBAC rule against one request, matched as Kubernetes matches them (component-helpers' rbac evaluation).
// Knows nothing of users, roles or bindings.

import type { V1PolicyRule } from '../../api/generated/types.ts';
import type { Attributes } from './user.ts';

export type PolicyRule = V1PolicyRule;

const all = '*';

/** Whether the rule alone grants what is asked. */
export function ruleAllows(rule: PolicyRule, asked: Attributes): boolean {
  if (!listMatches(rule.verbs, asked.verb)) return false;
  if (!asked.isResource) return urlMatches(rule.nonResourceURLs, asked.path);
  return (
    listMatches(rule.apiGroups, asked.group) &&
    resourceMatches(rule.resources, asked.resource, asked.subresource) &&
    nameMatches(rule.resourceNames, asked.name)
  );
}

function listMatches(list: string[] | undefined, wanted: string): boolean {
  return list?.some((item) => item === all || item === wanted) ?? false;
}

/** `pods/log` needs `pods/log`, a wildcard over resources (all of them with `*`), or the subresource's own: star, slash, `log`. */
function resourceMatches(list: string[] | undefined, resource: string, subresource: string): boolean {
  if (!list) return false;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  const ofAnyResource = subresource === '' ? undefined : `*/${subresource}`;
  return list.some((item) => item === all || item === combined || item === ofAnyResource);
}

/** No names means every name; with names, a request without one (list, create) does not match. */
function nameMatches(list: string[] | undefined, name: string): boolean {
  return !list?.length || list.includes(name);
}

function urlMatches(list: string[] | undefined, path: string): boolean {
  return list?.some((pattern) => urlPatternCovers(pattern, path)) ?? false;
}

/** Whether a nonResourceURL pattern (`/healthz`, `/api/*`, `*`) covers a path, or everything another pattern covers. */
export function urlPatternCovers(pattern: string, path: string): boolean {
  if (pattern === all || pattern === path) return true;
  return pattern.endsWith(all) && path.startsWith(pattern.replace(/\*+$/, ''));
}
