// Whether a value is what its schema says: for custom resources with field errors, for built-in kinds in the words of a
// decoder that knows their Go types.

import type { FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { checkOf } from './check.ts';
import { decode } from './decode.ts';
import type { Validation } from './validation.ts';

/**
 * Every way in which `value` (parsed JSON) does not match `schema`, worded as Kubernetes does for custom resources; empty
 * when it matches. Defaults must have been filled in; unknown fields are not looked for, `x-kubernetes-validations` not evaluated.
 *
 * @param path where the value is in its object: the errors' fields begin with it.
 */
export function validateStructure(
  schema: Schema,
  value: unknown,
  path: readonly (string | number)[] = [],
): FieldError[] {
  const validation: Validation = { path: [...path], errors: [] };
  checkOf(schema)(value, validation);
  return validation.errors;
}

/**
 * The first value of a wrong type in `value` (parsed JSON) as an object of a built-in kind, in the words of Go's decoder
 * without the `… in version … cannot be handled as a …:` before it; undefined when there is none. Changes `value` in place:
 * null fields are dropped, quantities become canonical, times UTC. Fields that the schema does not know are left alone.
 *
 * For a custom resource, give `anyObject` of definitions.ts: its metadata is built in, its other types are its schema's business.
 *
 * @param schema the name of a generated definition, or a schema.
 */
export function decodeProblem(schema: string | Schema, value: unknown): string | undefined {
  return decode(schema, value);
}
