// matchLabelKeys and mismatchLabelKeys (KEP-3243, KEP-3633): a selector narrowed by the values of the carrying pod's own labels.

import type { V1LabelSelector } from '../api/generated/types.ts';
import { type LabelSelectorMatcher, labelSelectorFromObject } from '../api/selectors.ts';

export type Labels = Readonly<Record<string, string>>;

function requirementsOf(keys: readonly string[] | undefined, labels: Labels, operator: 'In' | 'NotIn') {
  return (keys ?? [])
    .filter((key) => Object.hasOwn(labels, key))
    .map((key) => ({ key, operator, values: [labels[key] ?? ''] }));
}

/** Narrows to pods with (or, for `mismatchKeys`, without) the owner's values; labels that the owner lacks are ignored. An absent selector stays absent. */
export function withLabelKeys(
  selector: V1LabelSelector | undefined,
  owner: Labels,
  matchKeys?: readonly string[],
  mismatchKeys?: readonly string[],
): V1LabelSelector | undefined {
  const more = [...requirementsOf(matchKeys, owner, 'In'), ...requirementsOf(mismatchKeys, owner, 'NotIn')];
  if (!selector || more.length === 0) return selector;
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...more] };
}

const compiled = new Map<string, LabelSelectorMatcher>();
const maxCompiled = 1024;

/** The matcher of a selector (absent: matches nothing). Equal selectors share one: thousands of replicas carry the same few. */
export function matcherOf(selector: V1LabelSelector | undefined): LabelSelectorMatcher {
  const text = JSON.stringify(selector ?? null);
  const known = compiled.get(text);
  if (known) return known;
  if (compiled.size >= maxCompiled) compiled.clear();
  const matcher = labelSelectorFromObject(selector);
  compiled.set(text, matcher);
  return matcher;
}
