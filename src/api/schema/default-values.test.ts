import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Schema } from '../schema.ts';
import { applySchemaDefaults } from './default-values.ts';
import { definition } from './definitions.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer', default: 1 },
    nullable: { type: 'string', nullable: true, default: 'x' },
    plain: { type: 'string' },
    nested: { type: 'object', default: {}, properties: { mode: { type: 'string', default: 'auto' } } },
    absent: { type: 'object', properties: { mode: { type: 'string', default: 'auto' } } },
    list: {
      type: 'array',
      items: { type: 'object', properties: { weight: { type: 'integer', default: 5 } } },
    },
    map: { type: 'object', additionalProperties: { type: 'integer', default: 7 } },
  },
};

function defaulted(value: unknown): unknown {
  applySchemaDefaults(schema, value);
  return value;
}

test('defaults are filled in at every depth that the value has', () => {
  assert.deepEqual(defaulted({ list: [{}, { weight: 1 }] }), {
    list: [{ weight: 5 }, { weight: 1 }],
    replicas: 1,
    nullable: 'x',
    nested: { mode: 'auto' },
  });
});

test('null is replaced by the default, kept where it is allowed, else removed', () => {
  assert.deepEqual(defaulted({ replicas: null, nullable: null, plain: null, map: { a: null, b: 1 } }), {
    replicas: 1,
    nullable: null,
    map: { a: 7, b: 1 },
    nested: { mode: 'auto' },
  });
});

test('a default is copied: changing one object does not change the next', () => {
  const first = defaulted({}) as { nested: { mode: string } };
  first.nested.mode = 'changed';
  assert.deepEqual((defaulted({}) as { nested: unknown }).nested, { mode: 'auto' });
});

test('built-in kinds get the defaults their schemas have', () => {
  const service = { spec: { ports: [{ port: 80 }] } };
  applySchemaDefaults(definition('io.k8s.api.core.v1.Service'), service);
  assert.deepEqual(service, { spec: { ports: [{ port: 80, protocol: 'TCP' }] } });
});

test('defaulting twice changes nothing, whatever the value', () => {
  const part = fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
  const values = fc.record(
    { replicas: part, nullable: part, plain: part, nested: part, absent: part, list: part, map: part },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(values, (value) => {
      const once = structuredClone(defaulted(structuredClone(value)));
      assert.deepEqual(defaulted(structuredClone(once)), once);
    }),
  );
});
