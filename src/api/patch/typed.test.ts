import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noRefs, sample, sampleArbitrary, sampleSchema } from '../../../tests/support/sample-kind.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import { definition } from '../schema/definitions.ts';
import type { Schema } from '../schema.ts';
import { changedFields, compare } from './compare.ts';
import { objectType } from './field-type.ts';
import { difference, emptySet, intersection, isEmpty, leaves, recursiveDifference } from './fields-v1.ts';
import { TypedError } from './list-item.ts';
import { mergeApplied } from './merge-applied.ts';
import { extractFields, removeFields, setOf } from './typed.ts';

const type = objectType(sampleSchema, noRefs);
const podType = objectType(definition('io.k8s.api.core.v1.Pod'), definition);
const serviceType = objectType(definition('io.k8s.api.core.v1.Service'), definition);

function specSet(spec: object): unknown {
  return setOf(sample(spec), type)['f:spec'];
}

test('a configuration owns its leaves, the items of lists and the entries of maps', () => {
  assert.deepEqual(
    specSet({
      replicas: 1,
      labels: { a: 'x' },
      selector: { a: 'x' },
      ports: [{ port: 80 }],
      tags: ['t'],
      args: ['-v'],
      extra: { any: { thing: [1] } },
    }),
    {
      'f:replicas': {},
      'f:labels': { 'f:a': {} },
      'f:selector': {},
      'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
      'f:tags': { 'v:"t"': {} },
      'f:args': {},
      'f:extra': { 'f:any': { '.': {}, 'f:thing': {} } },
    },
  );
});

test('empty maps are owned, empty lists are not, and the server owns its metadata', () => {
  assert.deepEqual(specSet({ labels: {}, tags: [] }), { 'f:labels': {} });
  const object = { ...sample({ replicas: 1 }), status: undefined };
  object.metadata.uid = 'u';
  object.metadata.labels = { a: 'b' };
  assert.deepEqual(setOf(object, type), {
    'f:metadata': { 'f:labels': { 'f:a': {} } },
    'f:spec': { 'f:replicas': {} },
  });
});

test('every problem of a configuration is named with its path', () => {
  const spec = {
    nonsense: 1,
    tags: ['a', 'a'],
    ports: [{ name: 'x', protocol: 'TCP', port: 1 }, { port: 1 }],
    labels: 'x',
    template: { env: [{ value: 'x' }] },
  };
  assert.throws(
    () => setOf(sample(spec), type),
    (error: unknown) => {
      assert.ok(error instanceof TypedError);
      assert.deepEqual(error.message.split('\n  '), [
        'errors:',
        '.spec.nonsense: field not declared in schema',
        '.spec.tags: duplicate entries for key [="a"]',
        '.spec.ports: duplicate entries for key [port=1,protocol="TCP"]',
        '.spec.labels: expected map, got "x"',
        '.spec.template.env: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
      ]);
      return true;
    },
  );
});

test('the real Service keys its ports by port and protocol, TCP unless said', () => {
  const service = { spec: { ports: [{ port: 80 }, { port: 80, protocol: 'UDP' }] } };
  assert.deepEqual(Object.keys(setOf(service, serviceType)['f:spec']?.['f:ports'] ?? {}), [
    'k:{"port":80,"protocol":"TCP"}',
    'k:{"port":80,"protocol":"UDP"}',
  ]);
});

test('live duplicates are one field that changes as a whole', () => {
  const pod = (...values: string[]) => ({
    spec: { containers: [{ name: 'c', env: values.map((value) => ({ name: 'A', value })) }] },
  });
  const env = { 'k:{"name":"A"}': {} };
  const at = { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': env } } } };
  assert.equal(compare(pod('1', '2'), pod('1', '2'), podType), undefined);
  assert.deepEqual(compare(pod('1', '2'), pod('1', '3'), podType)?.modified, at);
  const config = { spec: { containers: [{ name: 'c', env: [{ name: 'A' }] }] } };
  assert.deepEqual(mergeApplied(pod('1', '2'), config, podType), config);
});

test('a value of another kind is modified, and what was below it is removed', () => {
  const before = sample({ extra: { a: { b: 1 } } });
  const after = sample({ extra: { a: 'x' } });
  const at = (node: object) => ({ 'f:spec': { 'f:extra': { 'f:a': node } } });
  assert.deepEqual(compare(before, after, type), {
    added: emptySet,
    modified: at({}),
    removed: at({ 'f:b': {} }),
  });
});

test('recursive schemas are followed as deep as the object goes', () => {
  const tree: Schema = {
    type: 'object',
    properties: {
      value: { type: 'string' },
      children: { type: 'object', additionalProperties: { $ref: 'Tree' } },
    },
  };
  const treeType = objectType({ type: 'object', properties: { spec: { $ref: 'Tree' } } }, () => tree);
  assert.deepEqual(setOf({ spec: { children: { a: { children: { b: { value: 'x' } } } } } }, treeType), {
    'f:spec': { 'f:children': { 'f:a': { '.': {}, 'f:children': { 'f:b': { '.': {}, 'f:value': {} } } } } },
  });
});

test('merged lists keep the order of the configuration and the place of what only the live list has', () => {
  const tags = (...list: string[]) => sample({ tags: list });
  const merged = (live: string[], config: string[]) =>
    (mergeApplied(tags(...live), tags(...config), type) as { spec?: { tags: string[] } }).spec?.tags;
  assert.deepEqual(merged(['a', 'b', 'c'], ['c', 'a']), ['b', 'c', 'a']);
  assert.deepEqual(merged(['a', 'b', 'c'], ['d', 'b']), ['a', 'd', 'b', 'c']);
  assert.deepEqual(merged(['a'], ['b', 'c']), ['a', 'b', 'c']);
});

test('an object compared with itself, or with a copy, has not changed', () => {
  fc.assert(
    fc.property(sampleArbitrary, (object) =>
      assert.equal(compare(object, jsonClone(object), type), undefined),
    ),
  );
});

test('what a comparison calls changed and removed leads from one object to the other', () => {
  fc.assert(
    fc.property(sampleArbitrary, sampleArbitrary, (from, to) => {
      const delta = compare(from, to, type) ?? { added: emptySet, modified: emptySet, removed: emptySet };
      const changes = extractFields(to, changedFields(delta), type);
      const result = mergeApplied(removeFields(from, delta.removed, type), changes, type);
      assert.equal(compare(result, to, type), undefined);
      assert.ok(isEmpty(delta.added) || !deepEqual(from, to));
    }),
  );
});

test('merging a configuration gives every value it has, and keeps every other field', () => {
  fc.assert(
    fc.property(sampleArbitrary, sampleArbitrary, (live, config) => {
      const before = jsonClone([live, config]);
      const merged = mergeApplied(live, config, type);
      const set = setOf(config, type);
      assert.equal(compare(extractFields(merged, set, type), config, type), undefined);
      const replaced = compare(live, merged, type)?.modified ?? emptySet;
      const unreplaced = recursiveDifference(setOf(live, type), replaced);
      assert.ok(isEmpty(difference(unreplaced, setOf(merged, type))));
      assert.deepEqual(mergeApplied(merged, config, type), merged);
      assert.deepEqual([live, config], before);
    }),
  );
});

test('an object is its extracted fields and the rest', () => {
  fc.assert(
    fc.property(sampleArbitrary, sampleArbitrary, (object, other) => {
      const set = intersection(leaves(setOf(object, type)), setOf(other, type));
      const rest = removeFields(object, set, type);
      const result = mergeApplied(rest, extractFields(object, set, type), type);
      assert.equal(compare(result, object, type), undefined);
    }),
  );
});
