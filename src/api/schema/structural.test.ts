import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Schema } from '../schema.ts';
import { definition } from './definitions.ts';
import { validateStructure } from './structural.ts';

/** The errors of a value at `spec.x`, as they appear in a Status. */
function problems(schema: Schema, value: unknown): string[] {
  return validateStructure(schema, value, ['spec', 'x']).map(({ field, message }) => `${field}: ${message}`);
}

const rules: [name: string, schema: Schema, value: unknown, problem: string][] = [
  [
    'type',
    { type: 'integer' },
    'string',
    'spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"',
  ],
  [
    'null',
    { type: 'string' },
    null,
    'spec.x: Invalid value: "null": spec.x in body must be of type string: "null"',
  ],
  [
    'fraction for integer',
    { type: 'integer' },
    1.5,
    'spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"',
  ],
  [
    'int32',
    { type: 'integer', format: 'int32' },
    2 ** 31,
    'spec.x: Invalid value: "int64": spec.x in body must be of type int32: "int64"',
  ],
  [
    'int-or-string',
    { 'x-kubernetes-int-or-string': true },
    true,
    'spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean"',
  ],
  ['required', { type: 'object', required: ['a'] }, {}, 'spec.x.a: Required value'],
  ['enum', { enum: ['a', 'b'] }, 'c', 'spec.x: Unsupported value: "c": supported values: "a", "b"'],
  [
    'pattern',
    { type: 'string', pattern: '^a+$' },
    'b',
    `spec.x: Invalid value: "b": spec.x in body should match '^a+$'`,
  ],
  [
    'minLength',
    { type: 'string', minLength: 2 },
    '👍',
    'spec.x: Invalid value: "👍": spec.x in body should be at least 2 chars long',
  ],
  ['maxLength', { type: 'string', maxLength: 2 }, 'abc', 'spec.x: Too long: may not be more than 2 bytes'],
  [
    'maximum',
    { type: 'number', maximum: 3 },
    4,
    'spec.x: Invalid value: 4: spec.x in body should be less than or equal to 3',
  ],
  [
    'exclusive minimum',
    { type: 'number', minimum: 3, exclusiveMinimum: true },
    3,
    'spec.x: Invalid value: 3: spec.x in body should be greater than 3',
  ],
  [
    'multipleOf',
    { type: 'number', multipleOf: 0.1 },
    0.35,
    'spec.x: Invalid value: 0.35: spec.x in body should be a multiple of 0.1',
  ],
  [
    'minItems',
    { type: 'array', minItems: 1 },
    [],
    'spec.x: Invalid value: []: spec.x in body should have at least 1 items',
  ],
  ['maxItems', { type: 'array', maxItems: 1 }, [1, 2], 'spec.x: Too many: 2: must have at most 1 items'],
  [
    'maxProperties',
    { type: 'object', maxProperties: 1 },
    { a: 1, b: 2 },
    'spec.x: Too many: 2: must have at most 1 items',
  ],
  [
    'format',
    { type: 'string', format: 'date-time' },
    '2024-02-30T00:00:00Z',
    'spec.x: Invalid value: "2024-02-30T00:00:00Z": spec.x in body must be of type date-time: "2024-02-30T00:00:00Z"',
  ],
  [
    'map values',
    { type: 'object', additionalProperties: { type: 'boolean' } },
    { a: 1 },
    'spec.x.a: Invalid value: "integer": spec.x.a in body must be of type boolean: "integer"',
  ],
  [
    'list items',
    { type: 'array', items: { type: 'string' } },
    ['a', 1],
    'spec.x[1]: Invalid value: "integer": spec.x[1] in body must be of type string: "integer"',
  ],
  [
    'set',
    { type: 'array', 'x-kubernetes-list-type': 'set' },
    ['a', 'b', 'a'],
    'spec.x[2]: Duplicate value: "a"',
  ],
  [
    'list map',
    { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
    [{ k: 1 }, { k: 1, v: 2 }],
    'spec.x[1]: Duplicate value: {"k":1}',
  ],
  [
    'embedded resource',
    { type: 'object', 'x-kubernetes-embedded-resource': true },
    { apiVersion: 'v1' },
    'spec.x.kind: Required value: must not be empty',
  ],
  [
    'oneOf',
    { oneOf: [{ minimum: 1 }, { minimum: 2 }] },
    3,
    '<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
  ],
  ['not', { not: { enum: [1] } }, 1, '<nil>: Invalid value: "": "spec.x" must not validate the schema (not)'],
  [
    'allOf',
    { allOf: [{ minimum: 1 }, { maximum: 5 }] },
    6,
    'spec.x: Invalid value: 6: spec.x in body should be less than or equal to 5',
  ],
];

for (const [name, schema, value, problem] of rules) {
  test(`a value that breaks ${name} is named in Kubernetes' words`, () => {
    assert.deepEqual(problems(schema, value), [problem]);
  });
}

test('a failed anyOf tells what the nearest alternative wanted', () => {
  const schema: Schema = { anyOf: [{ required: ['a', 'b'] }, { required: ['c'] }] };
  assert.deepEqual(problems(schema, {}), [
    '<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)',
    'spec.x.c: Required value',
  ]);
});

test('values that match give no errors', () => {
  const cases: [Schema, unknown][] = [
    [{ type: 'string', nullable: true }, null],
    [{ type: 'number' }, 1],
    [{ type: 'number', multipleOf: 0.1 }, 0.3],
    [{ type: 'integer', format: 'int32' }, -(2 ** 31)],
    [{ 'x-kubernetes-int-or-string': true }, '50%'],
    [{ type: 'string', maxLength: 2 }, '👍👍'],
    [{ type: 'string', format: 'quantity' }, 0.5],
    [{ type: 'string', format: 'never-heard-of' }, 'x'],
    [{ type: 'string', format: 'ipv6' }, '::1'],
    [{ type: 'string', format: 'cidr' }, '10.0.0.0/8'],
    [{ 'x-kubernetes-preserve-unknown-fields': true }, { any: ['thing'] }],
    [{ enum: [{ a: 1 }] }, { a: 1 }],
  ];
  for (const [schema, value] of cases) assert.deepEqual(problems(schema, value), [], JSON.stringify(schema));
});

test('a schema that contains itself validates at any depth', () => {
  const schema = definition('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  const value = { properties: { a: { properties: { b: { type: 5 } } } } };
  assert.deepEqual(
    validateStructure(schema, value).map((error) => error.field),
    ['properties.a.properties.b.type'],
  );
});

test('validation never throws and never changes the value', () => {
  const schema = definition('io.k8s.api.core.v1.Pod');
  const field = fc.constantFrom(
    'metadata',
    'spec',
    'status',
    'containers',
    'name',
    'labels',
    '__proto__',
    'x',
  );
  const values = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(field, tie('node'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).node;
  fc.assert(
    fc.property(values, (value) => {
      const before = JSON.stringify(value);
      validateStructure(schema, value);
      assert.equal(JSON.stringify(value), before);
    }),
  );
});
