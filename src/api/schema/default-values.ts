// Fills in the `default`s of a schema: those of custom resources, and the few that built-in schemas have. What a schema
// cannot say is in the kinds' own defaults().

import type { Schema } from '../schema.ts';
import { definition } from './definitions.ts';
import { isJsonObject } from './json-type.ts';

type Defaulter = (value: unknown) => void;

/**
 * Fills in defaults in place, at every depth that `value` has: a default is used where the field is absent, or null without
 * being nullable. Nulls that are not nullable and have no default are removed.
 */
export function applySchemaDefaults(schema: Schema, value: unknown): void {
  defaulterOf(schema)?.(value);
}

const compiled = new WeakMap<Schema, Defaulter | null>();

/** Undefined where there is nothing to do below. */
function defaulterOf(schema: Schema): Defaulter | undefined {
  let defaulter = compiled.get(schema);
  if (defaulter === undefined) {
    defaulter = compile(schema) ?? null;
    compiled.set(schema, defaulter);
  }
  return defaulter ?? undefined;
}

function compile(schema: Schema): Defaulter | undefined {
  if (schema.$ref !== undefined) return compileReference(schema.$ref);
  if (schema.items) return compileList(schema.items);
  const { properties = {}, additionalProperties } = schema;
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  if (Object.keys(properties).length > 0 || others) return compileObject(properties, others);
  return undefined;
}

function compileReference(name: string): Defaulter | undefined {
  const target = definition(name);
  return mentionsDefault(target, new Set()) ? (value) => defaulterOf(target)?.(value) : undefined;
}

/** Built-in values have lost their nulls in decoding: only a default somewhere below is a reason to walk them. */
function mentionsDefault(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  if (schema.default !== undefined) return true;
  const below = [...Object.values(schema.properties ?? {})];
  if (schema.$ref !== undefined) below.push(definition(schema.$ref));
  if (schema.items) below.push(schema.items);
  if (typeof schema.additionalProperties === 'object') below.push(schema.additionalProperties);
  return below.some((part) => mentionsDefault(part, seen));
}

function compileList(items: Schema): Defaulter | undefined {
  const item = defaulterOf(items);
  if (!item && items.default === undefined) return undefined;
  return (value) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) {
      if (value[index] === null && !items.nullable && items.default !== undefined) {
        value[index] = structuredClone(items.default);
      }
      item?.(value[index]);
    }
  };
}

function compileObject(properties: Record<string, Schema>, others: Schema | undefined): Defaulter {
  const fields = new Map(
    Object.entries(properties).map(([name, schema]) => [name, { schema, below: defaulterOf(schema) }]),
  );
  const defaulted = [...fields].filter(([, { schema }]) => schema.default !== undefined);
  const rest = others && { schema: others, below: defaulterOf(others) };
  return (value) => {
    if (!isJsonObject(value)) return;
    for (const [name, { schema }] of defaulted) {
      if (value[name] === undefined) value[name] = structuredClone(schema.default);
    }
    for (const name in value) {
      const field = fields.get(name) ?? rest;
      if (!field) continue;
      if (value[name] === null && !field.schema.nullable) replaceNull(value, name, field.schema);
      field.below?.(value[name]);
    }
  };
}

function replaceNull(object: Record<string, unknown>, name: string, schema: Schema): void {
  if (schema.default !== undefined) object[name] = structuredClone(schema.default);
  else delete object[name];
}
