// Values as Go's %#v prints them: Kubernetes shows maps and structures so in the texts of its errors, and people search
// for these texts.

import type { FieldError } from './field-error.ts';
import type { V1LabelSelector } from './generated/types.ts';

/** `invalid()` for a value that is already printed. */
export function invalidPrinted(field: string, printed: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${printed}: ${detail}` };
}

export function goStrings(list: readonly string[] | undefined): string {
  if (!list) return '[]string(nil)';
  return `[]string{${list.map((entry) => JSON.stringify(entry)).join(', ')}}`;
}

export function goStringMap(map: Record<string, string> | undefined): string {
  if (!map) return 'map[string]string(nil)';
  const pairs = Object.keys(map)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(map[key])}`);
  return `map[string]string{${pairs.join(', ')}}`;
}

export function goLabelSelector(selector: V1LabelSelector | undefined): string {
  if (!selector) return 'null';
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `v1.LabelSelectorRequirement{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${goStrings(values)}}`,
  );
  const list = selector.matchExpressions
    ? `[]v1.LabelSelectorRequirement{${expressions.join(', ')}}`
    : '[]v1.LabelSelectorRequirement(nil)';
  return `v1.LabelSelector{MatchLabels:${goStringMap(selector.matchLabels)}, MatchExpressions:${list}}`;
}

export function goIntOrString(value: number | string): string {
  return typeof value === 'string'
    ? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(value)}}`
    : `intstr.IntOrString{Type:0, IntVal:${value}, StrVal:""}`;
}
