// Finds the fields of a value that its schema does not know, with paths as Kubernetes' strict decoding words them, and
// prunes them. One walk does both.

import type { Schema } from '../schema.ts';
import { definition, objectMetaName } from './definitions.ts';
import { isJsonObject, type JsonObject, jsonTypeOf } from './json-type.ts';
import { pathText, type SchemaPath } from './schema-path.ts';

interface Walk {
  path: SchemaPath;
  found: string[];
  prune: boolean;
}

type Walker = (value: unknown, walk: Walk) => void;

/** More are not listed, as in Kubernetes: the answer would grow with the request. */
const mostListed = 100;

/** `unknown field "spec.template.spec.containers[0].imagee"` for each unknown field, in the order of the value. */
export function findUnknownFields(schema: Schema, value: unknown): string[] {
  return walkUnknown(schema, value, { path: [], found: [], prune: false });
}

/** Removes unknown fields from `value`, in place, and gives the same texts. */
export function pruneUnknownFields(schema: Schema, value: unknown): string[] {
  return walkUnknown(schema, value, { path: [], found: [], prune: true });
}

function walkUnknown(schema: Schema, value: unknown, walk: Walk): string[] {
  walkerOf(schema)(value, walk);
  return walk.found;
}

const compiled = new WeakMap<Schema, Walker>();
const nothing: Walker = () => {};

function walkerOf(schema: Schema): Walker {
  let walker = compiled.get(schema);
  if (!walker) {
    walker = compile(schema);
    compiled.set(schema, walker);
  }
  return walker;
}

function compile(schema: Schema): Walker {
  if (schema.$ref !== undefined) return compileReference(schema.$ref);
  if (schema.anyOf?.some((option) => option.$ref !== undefined)) return compileAlternatives(schema.anyOf);
  if (schema.items) return compileList(schema.items);
  if (schema.properties || schema.type === 'object' || schema['x-kubernetes-embedded-resource']) {
    return compileObject(schema);
  }
  return nothing;
}

function compileReference(name: string): Walker {
  let target: Walker | undefined;
  return (value, walk) => {
    target ??= walkerOf(definition(name));
    target(value, walk);
  };
}

/** The built-in "schema or boolean" and its kin: the JSON type tells which. */
function compileAlternatives(alternatives: Schema[]): Walker {
  const options = alternatives.map((schema) => ({ type: schema.type ?? 'object', walker: walkerOf(schema) }));
  return (value, walk) => {
    const type = jsonTypeOf(value);
    options.find((option) => option.type === type)?.walker(value, walk);
  };
}

function compileList(items: Schema): Walker {
  const item = walkerOf(items);
  if (item === nothing) return nothing;
  return (value, walk) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) {
      walk.path.push(index);
      item(value[index], walk);
      walk.path.pop();
    }
  };
}

function compileObject(schema: Schema): Walker {
  const known = new Map(Object.entries(knownProperties(schema)).map(([name, s]) => [name, walkerOf(s)]));
  const others = otherFields(schema);
  return (value, walk) => {
    if (!isJsonObject(value)) return;
    for (const name in value) {
      const walker = known.get(name) ?? others;
      if (!walker) report(value, name, walk);
      else if (walker !== nothing) {
        walk.path.push(name);
        walker(value[name], walk);
        walk.path.pop();
      }
    }
  };
}

/** An embedded object has what every object has, whether its schema says so or not. */
function knownProperties(schema: Schema): Record<string, Schema> {
  const properties = schema.properties ?? {};
  if (!schema['x-kubernetes-embedded-resource']) return properties;
  const metadata = { $ref: objectMetaName };
  return { ...properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata };
}

/** How fields without a property of their own are walked; undefined when they are unknown. */
function otherFields({ additionalProperties, ...schema }: Schema): Walker | undefined {
  if (typeof additionalProperties === 'object') return walkerOf(additionalProperties);
  return additionalProperties || schema['x-kubernetes-preserve-unknown-fields'] ? nothing : undefined;
}

function report(object: JsonObject, name: string, walk: Walk): void {
  if (walk.found.length < mostListed) {
    walk.found.push(`unknown field ${JSON.stringify(pathText([...walk.path, name]))}`);
  }
  if (walk.prune) delete object[name];
}
