import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from './seeded-random.ts';

function some(seed: string): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 1_000 }, random);
}

test('the same text gives the same numbers, another one others', () => {
  assert.deepEqual(some('7/0'), some('7/0'));
  assert.notDeepEqual(some('7/0'), some('7/1'));
});

test('numbers are from 0 to below 1, and fill all of it', () => {
  const tenths = new Set(
    some('a').map((number) => {
      assert.ok(number >= 0 && number < 1);
      return Math.floor(number * 10);
    }),
  );
  assert.equal(tenths.size, 10);
});

test('seeds that lie side by side do not begin alike', () => {
  const first = Array.from({ length: 1_000 }, (_, seed) => seededRandom(`${seed}/0`)());
  const below = first.filter((number) => number < 0.5).length;
  assert.ok(below > 400 && below < 600, `${below} of 1000 begin below a half`);
});
