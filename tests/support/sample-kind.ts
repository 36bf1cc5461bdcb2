// A kind whose schema has every sort of map and list, and random objects of it.

import fc from 'fast-check';
import type { AnyObject } from '../../src/api/object.ts';
import type { ResolveRef, Schema } from '../../src/api/schema.ts';

const text: Schema = { type: 'string' };

const env: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: { type: 'object', properties: { name: text, value: text } },
};

const ports: Schema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['port', 'protocol'],
  items: {
    type: 'object',
    properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, name: text },
  },
};

export const sampleSchema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        replicas: { type: 'integer' },
        labels: { type: 'object', additionalProperties: text },
        selector: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' },
        ports,
        tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
        args: { type: 'array', items: text },
        template: { type: 'object', properties: { image: text, env } },
        extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
};

export const noRefs: ResolveRef = (name) => {
  throw new Error(`the sample kind refers to nothing, but ${name} was asked for`);
};

export function sample(spec: object): AnyObject {
  return { apiVersion: 'test/v1', kind: 'Sample', metadata: { name: 'x' }, spec } as unknown as AnyObject;
}

const word = fc.constantFrom('a', 'b', 'c');
const words = fc.uniqueArray(word, { maxLength: 3 });
const plain = { noNullPrototype: true };
const table = fc.dictionary(word, word, { ...plain, minKeys: 1 });
const envArbitrary = fc.uniqueArray(fc.record({ name: word, value: word }, plain), {
  selector: (item) => item.name,
  minLength: 1,
});
const portsArbitrary = fc.uniqueArray(
  fc.record(
    { port: fc.integer({ min: 1, max: 3 }), protocol: fc.constantFrom('TCP', 'UDP'), name: word },
    plain,
  ),
  {
    selector: (item) => item.port * 10 + item.protocol.length + Number(item.protocol === 'UDP'),
    minLength: 1,
  },
);
const extra = fc.dictionary(word, fc.oneof(word, table, words), { ...plain, minKeys: 1 });

/** Objects with at least one field; no empty maps or lists, which nobody can own in part. */
export const sampleArbitrary: fc.Arbitrary<AnyObject> = fc
  .record(
    {
      replicas: fc.integer({ min: 0, max: 2 }),
      labels: table,
      selector: table,
      ports: portsArbitrary,
      tags: fc.uniqueArray(word, { minLength: 1 }),
      args: fc.array(word, { minLength: 1, maxLength: 2 }),
      template: fc.record({ image: word, env: envArbitrary }, { ...plain, requiredKeys: ['image'] }),
      extra,
    },
    { ...plain, requiredKeys: ['replicas'] },
  )
  .map(sample);
