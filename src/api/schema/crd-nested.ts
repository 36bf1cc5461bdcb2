// The rules about what stands inside allOf, anyOf, oneOf and not: only conditions on values, for fields that the
// structural part has declared.

import { type FieldError, forbidden, required } from '../field-error.ts';
import type { Schema } from '../schema.ts';

export function nestedValidationErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [nested, where] of nestedOf(schema, '')) check(schema, nested, path, where, schema, errors);
  return errors;
}

function nestedOf(schema: Schema, where: string): [nested: Schema, where: string][] {
  const prefix = where === '' ? '' : `${where}.`;
  const found: [Schema, string][] = [];
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    schema[keyword]?.forEach((nested, index) => {
      found.push([nested, `${prefix}${keyword}[${index}]`]);
    });
  }
  if (schema.not) found.push([schema.not, `${prefix}not`]);
  return found;
}

const mustBeUndefined = [
  'additionalProperties',
  'default',
  'description',
  'title',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
] as const;

const mustBeFalse = [
  'nullable',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
] as const;

/** @param structural what the structural part says about the same value; undefined where it says nothing. */
function check(
  structural: Schema | undefined,
  nested: Schema,
  path: string,
  where: string,
  owner: Schema,
  errors: FieldError[],
): void {
  const at = `${path}.${where}`;
  for (const keyword of mustBeUndefined) {
    if (nested[keyword] !== undefined) {
      errors.push(forbidden(`${at}.${keyword}`, 'must be undefined to be structural'));
    }
  }
  for (const keyword of mustBeFalse) {
    if (nested[keyword]) errors.push(forbidden(`${at}.${keyword}`, 'must be false to be structural'));
  }
  if (nested.type !== undefined && !isIntOrStringIdiom(owner, nested, where)) {
    errors.push(forbidden(`${at}.type`, 'must be empty to be structural'));
  }
  checkParts(structural, nested, path, where, errors);
  for (const [deeper, there] of nestedOf(nested, where))
    check(structural, deeper, path, there, owner, errors);
}

function checkParts(
  structural: Schema | undefined,
  nested: Schema,
  path: string,
  where: string,
  errors: FieldError[],
): void {
  for (const [name, property] of Object.entries(nested.properties ?? {})) {
    const declared = structural?.properties?.[name];
    const there = `${where}.properties[${name}]`;
    if (!declared) errors.push(required(`${path}.properties[${name}]`, `because it is defined in ${there}`));
    else check(declared, property, path, there, declared, errors);
  }
  if (!nested.items) return;
  const there = `${where}.items`;
  if (!structural?.items) errors.push(required(`${path}.items`, `because it is defined in ${there}`));
  else check(structural.items, nested.items, path, there, structural.items, errors);
}

/** The one place where types may be repeated: `anyOf: [{type: integer}, {type: string}]` of an int-or-string, also in its first allOf. */
function isIntOrStringIdiom(owner: Schema, nested: Schema, where: string): boolean {
  if (!owner['x-kubernetes-int-or-string']) return false;
  return (
    /(^|\.)(allOf\[0\]\.)?anyOf\[[01]\]$/.test(where) && ['integer', 'string'].includes(nested.type ?? '')
  );
}
