import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { median, medianSample, percentile, summarize } from './samples.ts';

const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

test('a percentile is a value that occurred, and at least that share is not above it, and no smaller value will do', () => {
  fc.assert(
    fc.property(latencies, fraction, (values, share) => {
      const sorted = values.toSorted((a, b) => a - b);
      const value = percentile(sorted, share);
      const notAbove = (limit: number) => values.filter((other) => other <= limit).length;
      assert.ok(values.includes(value));
      assert.ok(notAbove(value) >= values.length * share);
      for (const smaller of values.filter((other) => other < value)) {
        assert.ok(notAbove(smaller) < Math.max(1, values.length * share));
      }
    }),
  );
});

test('a summary has the rate over the whole time, and sorts by number', () => {
  const sample = summarize(
    Float64Array.from({ length: 100 }, (_, i) => 100 - i),
    2_000,
  );
  assert.deepEqual(sample, { count: 100, perSecond: 50, p50: 50, p90: 90, p99: 99, max: 100 });
});

test('a summary or a median of nothing is refused', () => {
  assert.throws(() => summarize(new Float64Array(), 1), RangeError);
  assert.throws(() => median([]), RangeError);
});

test('the median of an even number is between the two in the middle', () => {
  assert.equal(median([9, 1, 3, 2]), 2.5);
  assert.equal(median([10, 9, 1]), 9);
});

test('one disturbed turn of three does not show', () => {
  const turn = (ms: number) => summarize(Float64Array.of(ms, ms), ms);
  assert.deepEqual(medianSample([turn(2), turn(900), turn(2)]), turn(2));
});
