// Validation of label selectors as objects, and of one against the labels it must match.

import { type FieldError, forbidden, invalid, required } from './field-error.ts';
import type { V1LabelSelector, V1LabelSelectorRequirement } from './generated/types.ts';
import { goStringMap, invalidPrinted } from './go-value.ts';
import { labelKeyErrors, labelValueErrors } from './label-syntax.ts';
import { labelErrors } from './object-meta.ts';
import { labelSelectorFromObject } from './selectors.ts';

export function selectorErrors(
  selector: V1LabelSelector | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (!selector) return;
  labelErrors(selector.matchLabels, `${path}.matchLabels`, errors);
  for (const [index, expression] of (selector.matchExpressions ?? []).entries()) {
    expressionErrors(expression, `${path}.matchExpressions[${index}]`, errors);
  }
}

function expressionErrors(
  { key, operator, values = [] }: V1LabelSelectorRequirement,
  path: string,
  errors: FieldError[],
): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    }
  } else errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  for (const problem of labelKeyErrors(key ?? '')) errors.push(invalid(`${path}.key`, key ?? '', problem));
  for (const [index, value] of values.entries()) {
    for (const problem of labelValueErrors(value)) {
      errors.push(invalid(`${path}.values[${index}]`, value, problem));
    }
  }
}

export function isEmptySelector(selector: V1LabelSelector): boolean {
  return !selector.matchExpressions?.length && Object.keys(selector.matchLabels ?? {}).length === 0;
}

/** The workload must own the pods it makes: its selector has to match the labels of its template. */
export function templateMatchErrors(
  selector: V1LabelSelector,
  labels: Record<string, string> | undefined,
  path: string,
  errors: FieldError[],
): void {
  // An invalid selector has its own error already.
  if (!isValid(selector)) return;
  if (!labelSelectorFromObject(selector).matches(labels)) {
    errors.push(invalidPrinted(path, goStringMap(labels), '`selector` does not match template `labels`'));
  }
}

function isValid(selector: V1LabelSelector): boolean {
  const errors: FieldError[] = [];
  selectorErrors(selector, '', errors);
  return errors.length === 0;
}
