import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schema } from '../schema.ts';
import { resourceSchema, structuralSchemaErrors } from './crd-schema.ts';
import { pruneUnknownFields } from './unknown-fields.ts';

function problems(properties: Record<string, unknown>): string[] {
  const schema = { type: 'object', properties } as Schema;
  return structuralSchemaErrors(schema, 's').map(({ field, message }) => `${field}: ${message}`);
}

const listMap = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };

const rules: [name: string, property: unknown, problem: string][] = [
  [
    'a property without a type',
    {},
    's.properties[x].type: Required value: must not be empty for specified object fields',
  ],
  [
    'items without a type',
    { type: 'array', items: {} },
    's.properties[x].items.type: Required value: must not be empty for specified array items',
  ],
  [
    'a type that does not exist',
    { type: 'text' },
    's.properties[x].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
  ],
  [
    'the type null',
    { type: 'null' },
    's.properties[x].type: Forbidden: type cannot be set to null, use nullable as an alternative',
  ],
  [
    'properties beside additionalProperties',
    { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
    's.properties[x].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
  ],
  ['a reference', { type: 'object', $ref: '#/x' }, 's.properties[x].$ref: Forbidden: $ref is not supported'],
  [
    'unique items',
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
    's.properties[x].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
  ],
  [
    'a type for an int-or-string',
    { type: 'string', 'x-kubernetes-int-or-string': true },
    's.properties[x].type: Invalid value: "string": must be empty if x-kubernetes-int-or-string is true',
  ],
  [
    'fields that are not to be preserved',
    { type: 'object', 'x-kubernetes-preserve-unknown-fields': false },
    's.properties[x].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined',
  ],
  [
    'an embedded object without fields',
    { type: 'object', 'x-kubernetes-embedded-resource': true },
    's.properties[x].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
  ],
  [
    'a type in a nested condition',
    { type: 'object', anyOf: [{ type: 'object' }] },
    's.properties[x].anyOf[0].type: Forbidden: must be empty to be structural',
  ],
  [
    'a default in a nested condition',
    { type: 'string', not: { default: 'x' } },
    's.properties[x].not.default: Forbidden: must be undefined to be structural',
  ],
  [
    'nullable in a nested condition',
    { type: 'string', allOf: [{ not: { nullable: true } }] },
    's.properties[x].allOf[0].not.nullable: Forbidden: must be false to be structural',
  ],
  [
    'a condition on an undeclared field',
    { type: 'object', oneOf: [{ properties: { a: { minimum: 1 } } }] },
    's.properties[x].properties[a]: Required value: because it is defined in oneOf[0].properties[a]',
  ],
  [
    'a list type for an object',
    { type: 'object', 'x-kubernetes-list-type': 'atomic' },
    's.properties[x].type: Invalid value: "object": must be array if x-kubernetes-list-type is specified',
  ],
  [
    'list map keys without a list map',
    { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-map-keys': ['k'] },
    's.properties[x].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty',
  ],
  [
    'a key that is no property',
    { ...listMap, items: { type: 'object' } },
    's.properties[x].x-kubernetes-list-map-keys[0]: Invalid value: "k": entries must all be names of item properties',
  ],
  [
    'a key that may be missing',
    { ...listMap, items: { type: 'object', properties: { k: { type: 'string' } } } },
    's.properties[x].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
  ],
  [
    'a set of objects',
    { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object', properties: {} } },
    's.properties[x].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
  ],
  [
    'a default of the wrong type',
    { type: 'integer', default: 'one' },
    's.properties[x].default: Invalid value: "string":  in body must be of type integer: "string"',
  ],
  [
    'a default that would be pruned',
    { type: 'object', properties: { a: { type: 'string' } }, default: { b: 1 } },
    's.properties[x].default: Invalid value: {"b":1}: must not have an unknown field "b"',
  ],
  [
    'a pattern that is none',
    { type: 'string', pattern: '(' },
    's.properties[x].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t',
  ],
];

for (const [name, property, problem] of rules) {
  test(`${name} is refused in Kubernetes' words`, () => {
    assert.deepEqual(problems({ x: property }), [problem]);
  });
}

test('the root has rules of its own', () => {
  const errors = structuralSchemaErrors({ nullable: true, additionalProperties: { type: 'string' } }, 's');
  assert.deepEqual(
    errors.map(({ field, message }) => `${field}: ${message}`),
    [
      's.nullable: Forbidden: nullable cannot be true at the root',
      's.additionalProperties: Forbidden: must not be used at the root',
      's.type: Required value: must not be empty at the root',
    ],
  );
  assert.equal(structuralSchemaErrors({ type: 'array', items: { type: 'string' } }, 's')[0]?.field, 's.type');
});

test('metadata can only be narrowed by name', () => {
  const named = { type: 'object', properties: { name: { type: 'string', maxLength: 5 } } };
  assert.deepEqual(problems({ metadata: named }), []);
  const labelled = { type: 'object', properties: { labels: { type: 'object' } } };
  assert.match(problems({ metadata: labelled })[0] ?? '', /other than name and generateName/);
});

test('structural schemas pass, with all that is allowed in them', () => {
  const properties = {
    port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
    size: {
      'x-kubernetes-int-or-string': true,
      allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { pattern: '^\\d+$' }],
    },
    free: { 'x-kubernetes-preserve-unknown-fields': true },
    map: { type: 'object', additionalProperties: { type: 'string' } },
    list: {
      ...listMap,
      items: { type: 'object', properties: { k: { type: 'string' } }, required: ['k'] },
      default: [{ k: 'a' }],
    },
    choice: {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      oneOf: [{ required: ['a'] }, { required: ['b'], properties: { b: { minLength: 1 } } }],
    },
    pod: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  };
  assert.deepEqual(problems(properties), []);
});

test("an object's schema knows what every object has", () => {
  const schema = resourceSchema({ type: 'object', properties: { spec: { type: 'object' } } });
  const value = {
    apiVersion: 'a/v1',
    kind: 'A',
    metadata: { name: 'a', labels: { x: 'y' }, nope: 1 },
    spec: {},
  };
  assert.deepEqual(pruneUnknownFields(schema, value), ['unknown field "metadata.nope"']);
});
