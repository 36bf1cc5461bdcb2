// What the checks of a schema share: where they are, what they found, and how Kubernetes words it.

import { type FieldError, invalid, tooMany, typeInvalid } from '../field-error.ts';
import { pathText, type SchemaPath } from './schema-path.ts';

export interface Validation {
  path: SchemaPath;
  errors: FieldError[];
}

export type Check = (value: unknown, at: Validation) => void;

/** What Go prints for the path of the object itself. */
export const rootField = '<nil>';

/** The field the check is at, or one of its own fields or items. */
export function fieldAt(at: Validation, step?: string | number): string {
  const text = pathText(step === undefined ? at.path : [...at.path, step]);
  return text === '' ? rootField : text;
}

/** `spec.x: Invalid value: …: spec.x in body should …`. */
export function fail(at: Validation, value: unknown, problem: string): void {
  at.errors.push(invalid(fieldAt(at), value, `${pathText(at.path)} in body ${problem}`));
}

/** A value of another type is shown by its type, as Kubernetes does: it may be large. */
export function addTypeError(at: Validation, expected: string, shown: string): void {
  const detail = `${pathText(at.path)} in body must be of type ${expected}: ${JSON.stringify(shown)}`;
  at.errors.push(typeInvalid(fieldAt(at), shown, detail));
}

export function addTooMany(at: Validation, actual: number, max: number): void {
  at.errors.push(tooMany(fieldAt(at), actual, max));
}
