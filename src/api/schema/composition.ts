// allOf, anyOf, oneOf and not.

import { invalid } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { pathText } from './schema-path.ts';
import { type Check, rootField, type Validation } from './validation.ts';

/** @param checkOf compiles a part; given, since a part is a schema again. */
export function compileComposition(schema: Schema, checkOf: (schema: Schema) => Check): Check | undefined {
  const all = schema.allOf?.map(checkOf) ?? [];
  const any = schema.anyOf?.map(checkOf);
  const one = schema.oneOf?.map(checkOf);
  const not = schema.not && checkOf(schema.not);
  if (all.length === 0 && !any && !one && !not) return undefined;
  return (value, at) => {
    if (any) checkAny(any, value, at);
    if (one) checkOne(one, value, at);
    for (const check of all) check(value, at);
    if (not && errorsOf(not, value, at).length === 0) add(at, 'must not validate the schema (not)');
  };
}

function errorsOf(check: Check, value: unknown, at: Validation): Validation['errors'] {
  const attempt: Validation = { path: at.path, errors: [] };
  check(value, attempt);
  return attempt.errors;
}

function checkAny(options: Check[], value: unknown, at: Validation): void {
  const failures = options.map((check) => errorsOf(check, value, at));
  if (failures.some((errors) => errors.length === 0)) return;
  add(at, 'must validate at least one schema (anyOf)');
  addBest(failures, at);
}

function checkOne(options: Check[], value: unknown, at: Validation): void {
  const failures = options.map((check) => errorsOf(check, value, at));
  const valid = failures.filter((errors) => errors.length === 0).length;
  if (valid === 1) return;
  const count = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  add(at, `must validate one and only one schema (oneOf). ${count}`);
  if (valid === 0) addBest(failures, at);
}

/** The errors of the alternative that was nearest: the one its writer most likely meant. */
function addBest(failures: Validation['errors'][], at: Validation): void {
  const best = failures.reduce((a, b) => (b.length < a.length ? b : a), failures[0] ?? []);
  at.errors.push(...best);
}

/** Kubernetes gives these errors without a field, and the path in the text. */
function add(at: Validation, problem: string): void {
  at.errors.push(invalid(rootField, '', `${JSON.stringify(pathText(at.path))} ${problem}`));
}
