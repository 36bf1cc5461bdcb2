import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import { StatusError } from '../status.ts';
import { isObject, type JsonObject } from './json-value.ts';
import { applyMergePatch } from './merge-patch.ts';

test('the examples of RFC 7386 hold', () => {
  const examples: [object, object, object][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{ a: 'foo' }, { b: { bb: { ccc: null } } }, { a: 'foo', b: { bb: {} } }],
  ];
  for (const [original, patch, expected] of examples) {
    assert.deepEqual(applyMergePatch(original, patch), expected);
  }
});

test('a patch that is no object is refused with 400', () => {
  for (const patch of [null, [], 'x', 3, undefined]) {
    assert.throws(
      () => applyMergePatch({}, patch),
      (error: StatusError) => error instanceof StatusError && error.code === 400,
    );
  }
});

test('keys named after prototype members are ordinary data', () => {
  const patch = JSON.parse('{"data":{"__proto__":"x","constructor":"y"}}');
  const patched = applyMergePatch({ data: { toString: 'z' } }, patch);
  assert.equal(JSON.stringify(patched), '{"data":{"toString":"z","__proto__":"x","constructor":"y"}}');
});

const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
const { object: nested } = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.constant(null), fc.array(fc.integer()), tie('object')),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));
/** As it comes from the wire: with ordinary prototypes, and `__proto__` as an own key. */
const anyObject = nested.map((object) => JSON.parse(JSON.stringify(object)) as JsonObject);
/** Without nulls, which a merge patch cannot express. */
const document = anyObject.map((object) => applyMergePatch({}, object) as JsonObject);

/** The patch that leads from one document to another. */
function difference(from: JsonObject, to: JsonObject): JsonObject {
  const removed = Object.keys(from).filter((name) => !Object.hasOwn(to, name));
  const entries: [string, unknown][] = removed.map((name) => [name, null]);
  for (const [name, value] of Object.entries(to)) {
    const before = Object.hasOwn(from, name) ? from[name] : undefined;
    if (isObject(before) && isObject(value)) entries.push([name, difference(before, value)]);
    else if (!deepEqual(before, value)) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

test('applying a patch twice is applying it once, and changes neither input', () => {
  fc.assert(
    fc.property(document, anyObject, (original, patch) => {
      const before = jsonClone([original, patch]);
      const once = applyMergePatch(original, patch);
      assert.deepEqual(applyMergePatch(once, patch), once);
      assert.deepEqual([original, patch], before);
    }),
  );
});

test('the difference of two documents, applied to the first, gives the second', () => {
  fc.assert(
    fc.property(document, document, (from, to) => {
      assert.ok(deepEqual(applyMergePatch(from, difference(from, to)), to));
    }),
  );
});
