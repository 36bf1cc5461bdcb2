// One requirement of a label selector: a key, an operator, values; checked when it is made.

import { type FieldError, invalid } from './field-error.ts';
import { labelKeyErrors, labelValueErrors } from './label-syntax.ts';
import { badRequest } from './status.ts';

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** Throws a 400 StatusError with every problem of key and values. `prefix` is put before the text. */
export function newRequirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
  prefix = '',
): LabelRequirement {
  const unique = [...new Set(values)];
  const errors = [...keyErrors(key), ...countErrors(operator, unique), ...valueErrors(key, unique)];
  if (errors.length > 0) throw badRequest(prefix + fieldErrorsText(errors));
  return { key, operator, values: unique };
}

/** A key's field errors: at most one, with all that is wrong. */
export function keyErrors(key: string): FieldError[] {
  const problems = labelKeyErrors(key);
  return problems.length === 0 ? [] : [invalid('key', key, problems.join('; '))];
}

/** The errors as one text, as Kubernetes joins them. */
export function fieldErrorsText(errors: readonly FieldError[]): string {
  const texts = errors.map((error) => `${error.field}: ${error.message}`);
  return texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
}

function countErrors(operator: LabelOperator, values: readonly string[]): FieldError[] {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0
        ? []
        : [invalid('values', values, "for 'in', 'notin' operators, values set can't be empty")];
    case '=':
    case '==':
    case '!=':
      return values.length === 1
        ? []
        : [invalid('values', values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length === 0
        ? []
        : [invalid('values', values, 'values set must be empty for exists and does not exist')];
    case 'gt':
    case 'lt':
      return integerErrors(values);
  }
}

function integerErrors(values: readonly string[]): FieldError[] {
  if (values.length !== 1) {
    return [invalid('values', values, "for 'Gt', 'Lt' operators, exactly one value is required")];
  }
  return /^-?\d+$/.test(values[0] ?? '')
    ? []
    : [invalid('values[0]', values[0], "for 'Gt', 'Lt' operators, the value must be an integer")];
}

function valueErrors(key: string, values: readonly string[]): FieldError[] {
  return values.flatMap((value, index) => {
    const problems = labelValueErrors(value);
    return problems.length === 0 ? [] : [invalid(`values[${index}][${key}]`, value, problems.join('; '))];
  });
}
