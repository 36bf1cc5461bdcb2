// Checks that the schema of a custom resource definition is structural, with Kubernetes' rules and texts, and makes of it
// the schema that objects of the kind are checked against.
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema

import { type FieldError, forbidden, invalid, notSupported, required } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { listTypeErrors } from './crd-list-type.ts';
import { nestedValidationErrors } from './crd-nested.ts';
import { anyObject } from './definitions.ts';
import { validateStructure } from './structural.ts';
import { findUnknownFields } from './unknown-fields.ts';
import { compilePattern } from './value-checks.ts';

type Level = 'root' | 'field' | 'item';

/** How deep schemas may be nested; recursion must end before the stack does. */
const deepest = 200;

/**
 * Everything that keeps `schema` (any parsed JSON) from being structural, under the field path `path`, e.g.
 * `spec.versions[0].schema.openAPIV3Schema`. Empty when objects can be validated, pruned and defaulted by it.
 */
export function structuralSchemaErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type !== undefined && schema.type !== 'object') {
    errors.push(invalid(`${path}.type`, schema.type, 'must be object at the root'));
  }
  if (schema.nullable) errors.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  if (schema.additionalProperties !== undefined) {
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  }
  checkMetadata(schema, path, errors);
  checkSchema(schema, path, 'root', 0, errors);
  return errors;
}

/** The schema of whole objects: `schema` with apiVersion, kind and metadata as every object has them. */
export function resourceSchema(schema: Schema): Schema {
  return { ...schema, type: 'object', properties: { ...schema.properties, ...anyObject.properties } };
}

/** Metadata is the same for all kinds; a definition may only narrow names down. */
function checkMetadata({ properties }: Schema, path: string, errors: FieldError[]): void {
  const metadata = properties?.metadata;
  if (!metadata) return;
  const where = `${path}.properties[metadata]`;
  if (metadata.type !== 'object')
    errors.push(invalid(`${where}.type`, metadata.type ?? '', 'must be object'));
  const others = Object.keys(metadata.properties ?? {}).filter(
    (name) => !['name', 'generateName'].includes(name),
  );
  if (others.length === 0) return;
  const detail =
    'must not specify anything other than name and generateName, but metadata is implicitly specified';
  errors.push(forbidden(where, detail));
}

function checkSchema(schema: Schema, path: string, level: Level, depth: number, errors: FieldError[]): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    errors.push(invalid(path, schema, 'must be a schema'));
    return;
  }
  if (depth > deepest) {
    errors.push(forbidden(path, `schemas may be nested at most ${deepest} deep`));
    return;
  }
  checkType(schema, path, level, errors);
  checkUnsupported(schema, path, errors);
  checkExtensions(schema, path, errors);
  errors.push(...listTypeErrors(schema, path), ...nestedValidationErrors(schema, path));
  if (schema.pattern !== undefined && !compilePattern(schema.pattern)) {
    errors.push(invalid(`${path}.pattern`, schema.pattern, "must be a valid regular expression, but isn't"));
  }
  const before = errors.length;
  checkParts(schema, path, depth, errors);
  // A default is only worth checking against a schema that means something.
  if (schema.default !== undefined && errors.length === before) checkDefault(schema, path, errors);
}

function checkParts(schema: Schema, path: string, depth: number, errors: FieldError[]): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    checkSchema(property, `${path}.properties[${name}]`, 'field', depth + 1, errors);
  }
  if (typeof schema.additionalProperties === 'object') {
    checkSchema(schema.additionalProperties, `${path}.additionalProperties`, 'field', depth + 1, errors);
  }
  if (Array.isArray(schema.items)) {
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  } else if (schema.items) {
    checkSchema(schema.items, `${path}.items`, 'item', depth + 1, errors);
  }
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const missingType: Record<Level, string> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
};

function checkType(schema: Schema, path: string, level: Level, errors: FieldError[]): void {
  const { type } = schema;
  const intOrString = schema['x-kubernetes-int-or-string'];
  if (!type) {
    if (!intOrString && !schema['x-kubernetes-preserve-unknown-fields']) {
      errors.push(required(`${path}.type`, missingType[level]));
    }
    return;
  }
  if ((type as string) === 'null') {
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  } else if (!types.includes(type)) {
    errors.push(notSupported(`${path}.type`, type, types));
  } else if (intOrString) {
    errors.push(invalid(`${path}.type`, type, 'must be empty if x-kubernetes-int-or-string is true'));
  }
  if (type === 'array' && !schema.items) {
    errors.push(required(`${path}.items`, 'must be specified'));
  }
}

/** Parts of JSON schema that cannot be pruned or defaulted by. */
const unsupported = [
  '$ref',
  'additionalItems',
  'definitions',
  'dependencies',
  'id',
  '$schema',
  'patternProperties',
] as const;

function checkUnsupported(schema: Schema, path: string, errors: FieldError[]): void {
  for (const keyword of unsupported) {
    if (keyword in schema) errors.push(forbidden(`${path}.${keyword}`, `${keyword} is not supported`));
  }
  if (schema.uniqueItems) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, detail));
  }
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  if (hasProperties && schema.additionalProperties !== undefined && schema.additionalProperties !== true) {
    const detail = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbidden(`${path}.additionalProperties`, detail));
  }
}

function checkExtensions(schema: Schema, path: string, errors: FieldError[]): void {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'];
  if (preserve === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  if (schema['x-kubernetes-int-or-string']) {
    for (const other of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const) {
      if (!schema[other]) continue;
      errors.push(invalid(`${path}.${other}`, true, 'must be false if x-kubernetes-int-or-string is true'));
    }
  }
  if (schema['x-kubernetes-embedded-resource']) checkEmbedded(schema, path, errors);
}

function checkEmbedded(schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(
      schema.type ? invalid(`${path}.type`, schema.type, detail) : required(`${path}.type`, detail),
    );
  }
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  if (hasProperties || schema['x-kubernetes-preserve-unknown-fields']) return;
  const detail =
    'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
  errors.push(required(`${path}.properties`, detail));
}

/** A default must be a value that the schema itself accepts and would not prune. */
function checkDefault(schema: Schema, path: string, errors: FieldError[]): void {
  if (schema.default === null && !schema.nullable) {
    errors.push(invalid(`${path}.default`, null, 'must not be null unless nullable is true'));
    return;
  }
  for (const unknown of findUnknownFields(schema, schema.default)) {
    errors.push(invalid(`${path}.default`, schema.default, `must not have an ${unknown}`));
  }
  for (const error of validateStructure(schema, schema.default)) {
    const inside = error.field === '<nil>' ? '' : `.${error.field}`;
    errors.push({ ...error, field: `${path}.default${inside}` });
  }
}
