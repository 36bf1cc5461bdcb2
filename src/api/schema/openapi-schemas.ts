// Prints schemas for the OpenAPI v3 documents: with descriptions, references into `#/components/schemas`, and what only
// this program understands left out.

import type { Schema } from '../schema.ts';
import { definition, objectMetaName } from './definitions.ts';

/** Definition → field, or '' for the type itself → text. */
export type Descriptions = Record<string, Record<string, string>>;

let loading: Promise<Descriptions> | undefined;

/** The descriptions are large and only read for OpenAPI: loaded when first asked for. */
export function loadDescriptions(): Promise<Descriptions> {
  loading ??= import('../generated/descriptions.json', { with: { type: 'json' } }).then(
    (module) => module.default as Descriptions,
  );
  return loading;
}

/** A printed schema: like Schema, but with `$ref` as a JSON pointer and siblings of references in `allOf`. */
export type PrintedSchema = Record<string, unknown>;

export function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}

/** The definitions `names` and all that they refer to, printed and sorted by name. */
export function printDefinitions(
  names: Iterable<string>,
  descriptions: Descriptions,
): Record<string, PrintedSchema> {
  const all = new Set(names);
  for (const name of all) collectReferences(definition(name), all);
  const printed = [...all].sort().map((name) => [name, printDefinition(name, descriptions[name] ?? {})]);
  return Object.fromEntries(printed);
}

/** Adds the names that `schema` refers to, at any depth; what they refer to is the caller's loop. */
export function collectReferences(schema: Schema, into: Set<string>): void {
  if (schema.$ref !== undefined) into.add(schema.$ref);
  if (schema.items) collectReferences(schema.items, into);
  if (typeof schema.additionalProperties === 'object') collectReferences(schema.additionalProperties, into);
  for (const property of Object.values(schema.properties ?? {})) collectReferences(property, into);
}

function printDefinition(name: string, texts: Record<string, string>): PrintedSchema {
  const { properties, ...schema } = definition(name);
  const printed = printSchema(schema, texts['']);
  if (!properties) return printed;
  const fields = Object.entries(properties).map(([field, s]) => [field, printSchema(s, texts[field])]);
  return { ...printed, properties: Object.fromEntries(fields) };
}

/** Types whose JSON is of one of several types, as Kubernetes prints them. */
const alternatives: Record<string, PrintedSchema> = {
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'int-or-string': { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
};

function printSchema(schema: Schema, description: string | undefined): PrintedSchema {
  const text = description === undefined ? {} : { description };
  const special = alternatives[schema.format ?? ''];
  if (special) return { ...text, ...special };
  const { $ref, items, additionalProperties, anyOf, ...rest } = schema;
  if ($ref !== undefined) return printReference($ref, { ...text, ...rest });
  const { 'x-kubernetes-preserve-unknown-fields': _, ...printed } = rest;
  return {
    ...text,
    ...printed,
    ...(schema.format === 'date-time-micro' ? { format: 'date-time' } : {}),
    ...(items ? { items: printSchema(items, undefined) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: printSchema(additionalProperties, undefined) }
      : {}),
  };
}

/** OpenAPI 3.0 ignores what stands beside a reference: with siblings it goes into `allOf`. */
function printReference(name: string, siblings: PrintedSchema): PrintedSchema {
  const reference = { $ref: referenceTo(name) };
  return Object.keys(siblings).length === 0 ? reference : { ...siblings, allOf: [reference] };
}

const apiVersionText =
  'The versioned schema of this representation of an object, as group/version. Servers may reject versions they do not know.';
const kindText = 'The resource that this object represents, in CamelCase. It cannot be changed.';

/** A custom resource's schema as it is published: its own, and what every object has. */
export function printCustomResource(
  schema: Schema,
  gvk: { group: string; version: string; kind: string },
): PrintedSchema {
  const metadata = {
    description: "Standard object's metadata.",
    allOf: [{ $ref: referenceTo(objectMetaName) }],
  };
  return {
    ...schema,
    properties: {
      apiVersion: { type: 'string', description: apiVersionText },
      kind: { type: 'string', description: kindText },
      ...withoutReferences(schema.properties ?? {}),
      metadata,
    },
    'x-kubernetes-group-version-kind': [gvk],
  };
}

/** Machinery may have put built-in types into a custom schema (its metadata): those are printed here, or not at all. */
function withoutReferences(properties: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties).filter(([, schema]) => schema.$ref === undefined));
}
