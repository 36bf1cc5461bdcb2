import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { duplicateFields } from './json-duplicates.ts';

test('a key that occurs twice in one object is named with its path', () => {
  assert.deepEqual(duplicateFields('{"spec":{"replicas":1,"x":[{"a":1},{"b":1,"b":2}],"replicas":2}}'), [
    'duplicate field "spec.x[1].b"',
    'duplicate field "spec.replicas"',
  ]);
});

test('the same key in different objects is no duplicate, nor is a value that looks like a key', () => {
  assert.deepEqual(duplicateFields('{"a":{"name":"a"},"b":{"name":"name"},"c":["a","a"],"d":"b"}'), []);
});

test('braces, quotes and escapes inside strings mislead nobody', () => {
  assert.deepEqual(duplicateFields('{"a":"{\\"a\\":1,","b":"\\\\","\\u0061":2}'), ['duplicate field "a"']);
});

test('a key written three times is named once', () => {
  assert.deepEqual(duplicateFields('{"a":1,"a":2,"a":3}'), ['duplicate field "a"']);
});

test('what JSON.stringify prints has no duplicates', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => duplicateFields(JSON.stringify(value, null, 1)).length === 0),
  );
});

test('doubling any key of an object is found', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(objects, fc.nat(), (object, choice) => {
      const keys = Object.keys(object);
      const key = keys[choice % keys.length] ?? '';
      const text = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(key)}:0}`;
      assert.deepEqual(duplicateFields(text), [`duplicate field ${JSON.stringify(key)}`]);
    }),
  );
});

test('hundreds of thousands of levels are scanned', () => {
  const depth = 300_000;
  const text = `${'{"a":'.repeat(depth)}{"b":1,"b":2}${'}'.repeat(depth)}`;
  const found = duplicateFields(text);
  assert.equal(found.length, 1);
  assert.ok((found[0]?.length ?? 0) < 1000);
});
