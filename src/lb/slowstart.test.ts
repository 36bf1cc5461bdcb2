import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { slowstartWeight } from './slowstart.ts';

test('a weight grows in sixteenths from the first to the whole', () => {
  const weights = [0, 999, 2_000, 8_000, 15_999, 16_000, 99_999].map((since) =>
    slowstartWeight(16, since, 16_000),
  );
  assert.deepEqual(weights, [1, 1, 2, 8, 15, 16, 16]);
});

test('without a time it is whole at once, and a weight of 0 stays 0', () => {
  assert.deepEqual(
    [slowstartWeight(5, 0, undefined), slowstartWeight(5, 0, 0), slowstartWeight(0, 5, 10)],
    [5, 5, 0],
  );
});

test('it never shrinks, and a clock that went back does no harm', () => {
  const times = fc.tuple(fc.integer({ min: -5, max: 2_000 }), fc.nat(500));
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 256 }), ([since, more], weight) => {
      const [before, after] = [since, since + more].map((ms) => slowstartWeight(weight, ms, 1_000));
      return (before as number) > 0 && (before as number) <= (after as number) && (after as number) <= weight;
    }),
  );
});
