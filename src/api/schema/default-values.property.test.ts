// Laws of defaulting, on random structural schemas and random values.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Schema } from '../schema.ts';
import { structuralSchemaErrors } from './crd-schema.ts';
import { applySchemaDefaults } from './default-values.ts';
import { pruneUnknownFields } from './unknown-fields.ts';

const names = ['a', 'b', 'c'] as const;
const field = fc.constantFrom(...names);

/** Any JSON that the schemas below have something to say about: their names, their types, and nulls. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, 1, 2.5, 'x', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(field, tie('value'), { noNullPrototype: true }),
  ),
})).value;

function maybe<K extends string>(
  key: K,
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<Partial<Record<K, unknown>>> {
  return fc.option(value).map((it) => (it === null ? {} : ({ [key]: it } as Record<K, unknown>)));
}

const scalar = fc
  .tuple(fc.constantFrom('string', 'integer', 'boolean'), fc.boolean(), fc.boolean())
  .map(([type, nullable, defaulted]) => ({
    type,
    ...(nullable ? { nullable } : {}),
    ...(defaulted ? { default: { string: 'd', integer: 7, boolean: true }[type] } : {}),
  }));

const { schema } = fc.letrec<{ schema: Schema; node: Schema }>((tie) => ({
  schema: fc.dictionary(field, tie('node'), { noNullPrototype: true }).map((properties) => ({
    type: 'object',
    properties,
  })),
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar as fc.Arbitrary<Schema>,
    fc
      .tuple(
        fc.dictionary(field, tie('node'), { noNullPrototype: true }),
        maybe('default', fc.constant({})),
        maybe('nullable', fc.constant(true)),
        maybe('x-kubernetes-preserve-unknown-fields', fc.constant(true)),
      )
      .map(([properties, ...more]) => Object.assign({ type: 'object', properties }, ...more) as Schema),
    fc
      .tuple(tie('node'), maybe('default', fc.constantFrom([], [null])), maybe('nullable', fc.constant(true)))
      .map(([items, ...more]) => Object.assign({ type: 'array', items }, ...more) as Schema),
    tie('node').map((additionalProperties) => ({ type: 'object', additionalProperties }) as Schema),
  ),
}));

/** Definitions with other schemas are refused. */
const accepted = schema.filter((one) => structuralSchemaErrors(one, 'schema').length === 0);

function defaulted(one: Schema, value: unknown): unknown {
  const copy = structuredClone(value);
  applySchemaDefaults(one, copy);
  return copy;
}

/** What was there before and is there no longer, but for nulls: they stand for being absent. */
function lost(before: unknown, after: unknown, path = ''): string[] {
  if (before === null) return [];
  if (typeof before !== 'object') return Object.is(before, after) ? [] : [path];
  if (typeof after !== 'object' || after === null) return [path];
  return Object.entries(before).flatMap(([key, value]) =>
    lost(value, (after as Record<string, unknown>)[key], `${path}.${key}`),
  );
}

describe('defaulting', () => {
  it('done twice is defaulting done once', () => {
    fc.assert(
      fc.property(accepted, json, (one, value) => {
        const once = defaulted(one, value);
        assert.deepEqual(defaulted(one, once), once);
      }),
    );
  });

  it('adds, and replaces nothing but nulls', () => {
    fc.assert(
      fc.property(accepted, json, (one, value) => assert.deepEqual(lost(value, defaulted(one, value)), [])),
    );
  });

  it('adds nothing that pruning would take away', () => {
    fc.assert(
      fc.property(accepted, json, (one, value) => {
        const object = structuredClone(value);
        pruneUnknownFields(one, object);
        const known = defaulted(one, object);
        assert.deepEqual(pruneUnknownFields(one, structuredClone(known)), []);
      }),
    );
  });

  it('shares nothing with the schema', () => {
    fc.assert(
      fc.property(accepted, json, (one, value) => {
        const before = JSON.stringify(one);
        const object = defaulted(one, value);
        if (typeof object === 'object' && object !== null) overwrite(object as Record<string, unknown>);
        assert.equal(JSON.stringify(one), before);
      }),
    );
  });
});

function overwrite(object: Record<string, unknown>): void {
  for (const value of Object.values(object)) {
    if (typeof value === 'object' && value !== null) overwrite(value as Record<string, unknown>);
  }
  object.overwritten = true;
}
