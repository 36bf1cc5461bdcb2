// Compiles schemas to checks, once each: closures that walk a valid value without making any text. Types, objects and
// lists are here, the other keywords in composition.ts and value-checks.ts.

import { duplicate, required } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { compileComposition } from './composition.ts';
import { definition } from './definitions.ts';
import { isJsonObject, jsonTypeOf } from './json-type.ts';
import { addTooMany, addTypeError, type Check, fail, fieldAt, type Validation } from './validation.ts';
import { compileEnum, compileNumber, compileString } from './value-checks.ts';

const compiled = new WeakMap<Schema, Check>();

/** The check of a schema. */
export function checkOf(schema: Schema): Check {
  let check = compiled.get(schema);
  if (!check) {
    check = compile(schema);
    compiled.set(schema, check);
  }
  return check;
}

function compile(schema: Schema): Check {
  if (schema.$ref !== undefined) return compileReference(schema.$ref);
  const type = compileType(schema);
  const checks = [
    compileComposition(schema, checkOf),
    compileString(schema),
    compileNumber(schema),
    compileArray(schema),
    compileEnum(schema),
    compileObject(schema),
  ].filter((check) => check !== undefined);
  return (value, at) => {
    if (value === null && schema.nullable) return;
    if (!type(value, at)) return;
    for (const check of checks) check(value, at);
  };
}

/** Resolved on first use: definitions may refer to themselves. */
function compileReference(name: string): Check {
  let target: Check | undefined;
  return (value, at) => {
    target ??= checkOf(definition(name));
    target(value, at);
  };
}

/** False when the type is wrong: nothing else is then worth saying. */
function compileType(schema: Schema): (value: unknown, at: Validation) => boolean {
  const types = typesOf(schema);
  const expected = types.join(',');
  const int32 = schema.type === 'integer' && schema.format === 'int32';
  return (value, at) => {
    const type = jsonTypeOf(value);
    if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
      addTypeError(at, expected, type);
      return false;
    }
    if (int32 && value !== ((value as number) | 0)) {
      addTypeError(at, 'int32', 'int64');
      return false;
    }
    return true;
  };
}

function typesOf(schema: Schema): string[] {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  if (schema.format === 'quantity') return ['string', 'number', 'integer'];
  return schema.type === undefined ? [] : [schema.type];
}

function compileObject(schema: Schema): Check | undefined {
  const { properties = {}, additionalProperties, required: names = [] } = schema;
  const fields = new Map(Object.entries(properties).map(([name, s]) => [name, checkOf(s)]));
  const others = typeof additionalProperties === 'object' ? checkOf(additionalProperties) : undefined;
  const whole = compileWholeObject(schema);
  if (fields.size === 0 && !others && names.length === 0 && !whole) return undefined;
  return (value, at) => {
    if (!isJsonObject(value)) return;
    for (const name of names) {
      if (!Object.hasOwn(value, name)) at.errors.push(required(fieldAt(at, name)));
    }
    whole?.(value, at);
    for (const name in value) {
      const check = fields.get(name) ?? others;
      if (!check) continue;
      at.path.push(name);
      check(value[name], at);
      at.path.pop();
    }
  };
}

function compileWholeObject(schema: Schema): Check | undefined {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'];
  if (minProperties === 0 && maxProperties === Number.POSITIVE_INFINITY && !embedded) return undefined;
  return (value, at) => {
    const object = value as Record<string, unknown>;
    const count = Object.keys(object).length;
    if (count < minProperties) fail(at, value, `should have at least ${minProperties} properties`);
    if (count > maxProperties) addTooMany(at, count, maxProperties);
    if (!embedded) return;
    for (const name of ['apiVersion', 'kind']) {
      if (!object[name]) at.errors.push(required(fieldAt(at, name), 'must not be empty'));
    }
  };
}

function compileArray(schema: Schema): Check | undefined {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems } = schema;
  const item = items && checkOf(items);
  const listType = compileListType(schema);
  return (value, at) => {
    if (!Array.isArray(value)) return;
    if (value.length < minItems) fail(at, value, `should have at least ${minItems} items`);
    if (value.length > maxItems) addTooMany(at, value.length, maxItems);
    if (uniqueItems && new Set(value.map((one) => JSON.stringify(one))).size < value.length) {
      fail(at, value, "shouldn't contain duplicates");
    }
    for (let index = 0; item && index < value.length; index++) {
      at.path.push(index);
      item(value[index], at);
      at.path.pop();
    }
    listType?.(value, at);
  };
}

/** Items of a set, and the keys of a list map's items, may not repeat. */
function compileListType(schema: Schema): Check | undefined {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === 'set') return (value, at) => findRepeated(value as unknown[], at, (item) => item);
  if (listType !== 'map') return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return (value, at) => findRepeated(value as unknown[], at, (item) => keyOf(item, keys));
}

function keyOf(item: unknown, keys: readonly string[]): unknown {
  if (!isJsonObject(item)) return undefined;
  return Object.fromEntries(keys.filter((key) => key in item).map((key) => [key, item[key]]));
}

function findRepeated(items: unknown[], at: Validation, identity: (item: unknown) => unknown): void {
  if (items.length < 2) return;
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const id = identity(item);
    const text = JSON.stringify(id);
    if (id !== undefined && seen.has(text)) at.errors.push(duplicate(fieldAt(at, index), id));
    seen.add(text);
  });
}
