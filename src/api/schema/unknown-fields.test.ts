import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schema } from '../schema.ts';
import { definition } from './definitions.ts';
import { findUnknownFields, pruneUnknownFields } from './unknown-fields.ts';

const deployment = definition('io.k8s.api.apps.v1.Deployment');

test('unknown fields are named with their paths, as strict decoding words them', () => {
  const value = {
    spec: { foo: 1, template: { spec: { containers: [{ name: 'a', imagee: 'x' }] } }, replicas: 1 },
    metadata: { labels: { anything: 'goes' }, lables: {} },
  };
  const expected = [
    'unknown field "spec.foo"',
    'unknown field "spec.template.spec.containers[0].imagee"',
    'unknown field "metadata.lables"',
  ];
  assert.deepEqual(findUnknownFields(deployment, value), expected);
  assert.deepEqual(pruneUnknownFields(deployment, value), expected);
  assert.deepEqual(value, {
    spec: { template: { spec: { containers: [{ name: 'a' }] } }, replicas: 1 },
    metadata: { labels: { anything: 'goes' } },
  });
});

test('where unknown fields are preserved, only fields below known ones are pruned', () => {
  const schema: Schema = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { known: { type: 'object', properties: { a: { type: 'string' } } } },
  };
  const value = { other: { b: 1 }, known: { a: 'x', b: 1 } };
  assert.deepEqual(pruneUnknownFields(schema, value), ['unknown field "known.b"']);
  assert.deepEqual(value, { other: { b: 1 }, known: { a: 'x' } });
});

test('an object without properties loses all of its fields, a map keeps them', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      empty: { type: 'object' },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { a: {} } } },
      free: { type: 'object', additionalProperties: true },
    },
  };
  const value = { empty: { a: 1 }, map: { x: { a: 1, b: 2 } }, free: { a: { b: 1 } } };
  pruneUnknownFields(schema, value);
  assert.deepEqual(value, { empty: {}, map: { x: { a: 1 } }, free: { a: { b: 1 } } });
});

test('an embedded object keeps apiVersion, kind and metadata', () => {
  const schema: Schema = { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: {} } };
  const value = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', nonsense: 1 }, spec: 1, status: {} };
  assert.deepEqual(pruneUnknownFields(schema, value), [
    'unknown field "metadata.nonsense"',
    'unknown field "status"',
  ]);
});

test('typing errors are found in the nested schemas of a custom resource definition', () => {
  const schema = definition('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
  const value = { items: { proprties: {} }, additionalProperties: { typ: 'x' }, default: { any: 'thing' } };
  assert.deepEqual(findUnknownFields(schema, value), [
    'unknown field "items.proprties"',
    'unknown field "additionalProperties.typ"',
  ]);
});

test('a field called __proto__ is unknown like any other', () => {
  const value = JSON.parse('{"spec":{"__proto__":{"replicas":1},"constructor":1}}');
  assert.deepEqual(pruneUnknownFields(deployment, value), [
    'unknown field "spec.__proto__"',
    'unknown field "spec.constructor"',
  ]);
  assert.equal(JSON.stringify(value), '{"spec":{}}');
});

test('a hundred unknown fields are named, all are pruned', () => {
  const value = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]));
  assert.equal(pruneUnknownFields(deployment, value).length, 100);
  assert.deepEqual(value, {});
});
