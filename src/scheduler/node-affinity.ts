// Which nodes a pod asks for: nodeSelector and node affinity, with every operator. Pure; the filter and the score both use it.

import type {
  V1Node,
  V1NodeSelector,
  V1NodeSelectorRequirement,
  V1NodeSelectorTerm,
  V1Pod,
} from '../api/generated/types.ts';

/** A base-10 integer as Go's strconv.ParseInt takes it; undefined for anything else. */
function integer(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
}

function compares(actual: string | undefined, bound: string | undefined, sign: 1 | -1): boolean {
  const left = integer(actual);
  const right = integer(bound);
  if (left === undefined || right === undefined) return false;
  return sign === 1 ? left > right : left < right;
}

/** An unknown operator matches nothing. NotIn holds for an absent label too. */
function holds(requirement: V1NodeSelectorRequirement, actual: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return compares(actual, values[0], 1);
    case 'Lt':
      return compares(actual, values[0], -1);
    default:
      return false;
  }
}

/** Label keys come from users: `constructor` is a legal one. */
function labelOf(labels: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** metadata.name is the only field there is. */
function fieldOf(node: V1Node, key: string): string | undefined {
  return key === 'metadata.name' ? node.metadata.name : undefined;
}

/** All expressions and fields must hold; a term without any matches nothing. */
export function termMatches(term: V1NodeSelectorTerm, node: V1Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    expressions.every((requirement) => holds(requirement, labelOf(labels, requirement.key))) &&
    fields.every((requirement) => holds(requirement, fieldOf(node, requirement.key)))
  );
}

/** One of the terms must match. */
export function nodeSelectorMatches(selector: V1NodeSelector, node: V1Node): boolean {
  return (selector.nodeSelectorTerms ?? []).some((term) => termMatches(term, node));
}

/** True when the pod's nodeSelector and required node affinity both allow the node. */
export function nodeIsWanted(pod: V1Pod, node: V1Node): boolean {
  const labels = node.metadata.labels ?? {};
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  if (!wanted.every(([key, value]) => labelOf(labels, key) === value)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || nodeSelectorMatches(required, node);
}

/** Whether nodeIsWanted() could say no to any node. */
export function isChoosy(pod: V1Pod): boolean {
  const spec = pod.spec;
  if (Object.keys(spec?.nodeSelector ?? {}).length > 0) return true;
  return spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
}
