import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareElements, keyElement, parseElement, printPath, valueElement } from './field-path.ts';
import {
  difference,
  emptySet,
  equals,
  type FieldSet,
  fromFieldsV1,
  has,
  insert,
  intersection,
  isEmpty,
  leaves,
  paths,
  recursiveDifference,
  toFieldsV1,
  union,
} from './fields-v1.ts';

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1', 'v:"z"', 'i:0');
const path = fc.array(element, { minLength: 1, maxLength: 3 });
const pathList = fc.array(path, { maxLength: 8 });

function setWith(list: readonly (readonly string[])[]): FieldSet {
  return list.reduce((set, item) => insert(set, item), emptySet);
}

/** The members as text, for comparison with sets that are computed in the plain way. */
function membersOf(set: FieldSet): Set<string> {
  return new Set([...paths(set)].map((item) => item.join(' ')));
}

test('a set has what was inserted, and not its parents', () => {
  const set = insert(emptySet, ['f:spec', 'f:replicas']);
  assert.ok(has(set, ['f:spec', 'f:replicas']));
  assert.ok(!has(set, ['f:spec']));
  assert.ok(!has(set, []));
  assert.deepEqual(insert(set, ['f:spec']), { 'f:spec': { '.': {}, 'f:replicas': {} } });
});

test('the set operations agree with those on plain sets of paths', () => {
  fc.assert(
    fc.property(pathList, pathList, (listA, listB) => {
      const [a, b] = [setWith(listA), setWith(listB)];
      const [plainA, plainB] = [membersOf(a), membersOf(b)];
      assert.deepEqual(plainA, new Set(listA.map((item) => item.join(' '))));
      const ofA = (keep: (text: string) => boolean) => new Set([...plainA].filter(keep));
      assert.deepEqual(membersOf(union(a, b)), new Set([...plainA, ...plainB]));
      assert.deepEqual(
        membersOf(difference(a, b)),
        ofA((text) => !plainB.has(text)),
      );
      assert.deepEqual(
        membersOf(intersection(a, b)),
        ofA((text) => plainB.has(text)),
      );
      const below = (text: string) => [...plainB].some((member) => `${text} `.startsWith(`${member} `));
      assert.deepEqual(
        membersOf(recursiveDifference(a, b)),
        ofA((text) => !below(text)),
      );
      const isParent = (text: string) => [...plainA].some((member) => member.startsWith(`${text} `));
      assert.deepEqual(
        membersOf(leaves(a)),
        ofA((text) => !isParent(text)),
      );
    }),
  );
});

test('what changes nothing returns the set itself, and equal sets have one form', () => {
  fc.assert(
    fc.property(pathList, pathList, (listA, listB) => {
      const [a, b] = [setWith(listA), setWith(listB)];
      assert.equal(union(a, intersection(a, b)), a);
      assert.equal(difference(a, difference(b, a)), a);
      assert.ok(equals(union(a, b), union(b, a)));
      assert.ok(equals(setWith(listA.toReversed()), a));
      assert.ok(isEmpty(difference(a, a)));
      const results = [
        union(a, b),
        difference(a, b),
        recursiveDifference(a, b),
        intersection(a, b),
        leaves(a),
      ];
      for (const set of results) assert.deepEqual(set, setWith([...paths(set)]));
    }),
  );
});

test('a set survives the wire and is written in canonical order', () => {
  fc.assert(
    fc.property(pathList, (list) => {
      const wire = toFieldsV1(setWith(list));
      assert.ok(equals(fromFieldsV1(JSON.parse(JSON.stringify(wire))), setWith(list)));
      assert.equal(JSON.stringify(wire), JSON.stringify(toFieldsV1(setWith(list.toReversed()))));
      assert.equal(toFieldsV1(wire), wire);
    }),
  );
});

test('siblings are written fields first, then keys, values by size and indexes', () => {
  const shuffled = [
    'i:2',
    'v:10',
    'k:{"name":"b"}',
    'f:z',
    'v:9',
    'i:10',
    '.',
    'k:{"name":"a"}',
    'f:a',
    'v:"x"',
  ];
  assert.deepEqual(shuffled.sort(compareElements), [
    '.',
    'f:a',
    'f:z',
    'k:{"name":"a"}',
    'k:{"name":"b"}',
    'v:"x"',
    'v:9',
    'v:10',
    'i:2',
    'i:10',
  ]);
});

test('elements are canonical whatever the client wrote', () => {
  assert.equal(
    parseElement('k:{"protocol": "TCP", "containerPort": 80}'),
    'k:{"containerPort":80,"protocol":"TCP"}',
  );
  assert.equal(parseElement('v: "x"'), valueElement('x'));
  assert.equal(keyElement([['name', 'a"b']]), 'k:{"name":"a\\"b"}');
  assert.deepEqual(fromFieldsV1({ 'f:a': { '.': {} } }), { 'f:a': {} });
});

test('what is no set is refused', () => {
  const wrong = [
    null,
    [],
    'x',
    { spec: {} },
    { 'f:a': 1 },
    { 'k:x': {} },
    { 'k:[]': {} },
    { 'i:x': {} },
    { 'q:x': {} },
  ];
  for (const fields of wrong) assert.throws(() => fromFieldsV1(fields));
});

test('paths are printed as kubectl users know them', () => {
  const path = [
    'f:spec',
    'f:containers',
    'k:{"name":"web"}',
    'f:ports',
    'k:{"containerPort":80,"protocol":"TCP"}',
  ];
  assert.equal(printPath(path), '.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]');
  assert.equal(printPath(['f:finalizers', 'v:"a"', 'i:3']), '.finalizers[="a"][3]');
});
