import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertyParameters } from '../../tests/conformance/store-model.ts';
import { SortedKeys } from './sorted-keys.ts';

const someKey = fc.string({ unit: 'binary', maxLength: 3 });

test('keys stay in order of code units, and ranks count them', () => {
  const property = fc.property(
    fc.array(someKey),
    fc.array(fc.tuple(fc.boolean(), someKey), { maxLength: 200 }),
    someKey,
    (initial, changes, probe) => {
      const model = new Set(initial);
      const keys = new SortedKeys(model);
      for (const [adds, key] of changes) {
        assert.equal(adds ? keys.add(key) : keys.delete(key), adds ? !model.has(key) : model.has(key));
        if (adds) model.add(key);
        else model.delete(key);
      }
      const sorted = [...model].sort();
      assert.deepEqual(keys.slice(0, keys.size), sorted);
      assert.equal(keys.size, sorted.length);
      assert.equal(keys.rank(probe), sorted.filter((key) => key < probe).length);
    },
  );
  fc.assert(property, propertyParameters(200));
});

test('thousands of keys that come and go in any order are split and joined up again', () => {
  const all = Array.from({ length: 5000 }, (_, i) => String((i * 7919) % 5000).padStart(4, '0'));
  const keys = new SortedKeys();
  for (const key of all) keys.add(key);
  const sorted = [...all].sort();
  assert.deepEqual(keys.slice(0, 5000), sorted);
  assert.deepEqual(keys.slice(700, 2100), sorted.slice(700, 2100));
  assert.equal(keys.rank('2500'), 2500);
  for (const key of all.slice(0, 4000)) keys.delete(key);
  assert.deepEqual(keys.slice(0, 5000), all.slice(4000).sort());
});
