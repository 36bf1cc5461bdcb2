// The small checks that validation is made of. Each adds what is wrong to `errors`; a missing value counts as Go's zero value.

import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { type NameRule, percentProblems, portNameProblems, portNumberProblems, rangeText } from './names.ts';

export const nonNegativeText = 'must be greater than or equal to 0';

/** One error for each problem that the rule finds. */
export function checkName(
  rule: NameRule,
  value: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  for (const problem of rule(value ?? '')) errors.push(invalid(field, value ?? '', problem));
}

/** As checkName(), but a missing name is `Required value`. */
export function checkRequiredName(
  rule: NameRule,
  value: string | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (!value) errors.push(required(field));
  else checkName(rule, value, field, errors);
}

export function checkPresent(value: unknown, field: string, errors: FieldError[], detail = ''): boolean {
  const missing = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (missing) errors.push(required(field, detail));
  return !missing;
}

export function checkNonNegative(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value !== undefined && value < 0) errors.push(invalid(field, value, nonNegativeText));
}

export function checkRange(
  value: number | undefined,
  low: number,
  high: number,
  field: string,
  errors: FieldError[],
): void {
  if (value === undefined || (value >= low && value <= high)) return;
  errors.push(invalid(field, value, rangeText(low, high)));
}

/** A missing value is `Required value`; one that is not in the list is not supported. */
export function checkOneOf(
  value: string | undefined,
  supported: readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (!value) errors.push(required(field));
  else if (!supported.includes(value)) errors.push(notSupported(field, value, supported));
}

/** As checkOneOf(), but a missing value is fine. */
export function checkOptionalOneOf(
  value: string | undefined,
  supported: readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (value && !supported.includes(value)) errors.push(notSupported(field, value, supported));
}

/** A port by number or by name. */
export function checkPort(port: number | string | undefined, field: string, errors: FieldError[]): void {
  const problems = typeof port === 'string' ? portNameProblems(port) : portNumberProblems(port ?? 0);
  for (const problem of problems) errors.push(invalid(field, port ?? 0, problem));
}

/** A count or a percentage, neither negative. */
export function checkIntOrPercent(
  value: number | string | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (typeof value === 'string') {
    for (const problem of percentProblems(value)) errors.push(invalid(field, value, problem));
  } else checkNonNegative(value, field, errors);
}

/** Only for percentages: counts have no limit. */
export function checkAtMostAll(
  value: number | string | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (typeof value === 'string' && Number.parseInt(value, 10) > 100) {
    errors.push(invalid(field, value, 'must not be greater than 100%'));
  }
}

/** `structure` has at most one of the keys: the second and further ones are forbidden. Answers how many there are. */
export function checkAtMostOne(
  structure: object,
  keys: readonly string[],
  path: string,
  text: string,
  errors: FieldError[],
): number {
  let count = 0;
  for (const key of keys) {
    if ((structure as Record<string, unknown>)[key] === undefined) continue;
    count++;
    if (count > 1) errors.push(forbidden(`${path}.${key}`, text));
  }
  return count;
}
