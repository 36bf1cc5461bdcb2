import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { deepEqual } from './deep-equal.ts';
import { jsonClone } from './json-clone.ts';

test('an undefined property is an absent one, an empty one is not', () => {
  assert.equal(deepEqual({ a: 1, b: undefined }, { a: 1 }), true);
  assert.equal(deepEqual({ a: undefined }, { b: undefined }), true);
  assert.equal(deepEqual({ a: {} }, {}), false);
  assert.equal(deepEqual({ a: [] }, {}), false);
  assert.equal(deepEqual([], {}), false);
  assert.equal(deepEqual(null, {}), false);
});

test('keys may come in any order, items may not', () => {
  assert.equal(deepEqual({ a: 1, b: 2 }, { b: 2, a: 1 }), true);
  assert.equal(deepEqual([1, 2], [2, 1]), false);
});

test('inherited properties are no properties', () => {
  assert.equal(deepEqual({ toString: undefined }, {}), true);
  assert.equal(deepEqual(JSON.parse('{"constructor":1}'), { a: 1 }), false);
});

test('agrees with the platform on any two JSON values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      assert.equal(deepEqual(a, b), isDeepStrictEqual(a, b));
    }),
  );
});

test('a clone is equal and shares nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const parsed = JSON.parse(text);
      const copy = jsonClone(parsed);
      assert.equal(JSON.stringify(copy), text);
      assert.ok(deepEqual(copy, parsed));
      assert.equal(sharesAnything(copy, parsed), false);
    }),
  );
});

function sharesAnything(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return false;
  if (a === b) return true;
  return Object.entries(a).some(([key, value]) => sharesAnything(value, (b as Record<string, unknown>)[key]));
}
