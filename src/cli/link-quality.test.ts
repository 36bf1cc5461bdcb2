import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyOf, lossOf, rateOf } from './link-quality.ts';

test('latency, loss and rate are read with their units', () => {
  assert.deepEqual(['50ms', '1.5s', '0ms'].map(latencyOf), [50, 1500, 0]);
  assert.deepEqual(['1%', '100%', '0%'].map(lossOf), [0.01, 1, 0]);
  assert.deepEqual(['1mbit', '500kbit', '1gbit'].map(rateOf), [1e6, 5e5, 1e9]);
});

test('what has no unit, another one, or no sense is refused with what would do', () => {
  for (const text of ['50', 'ms', '-1ms', '50 ms', '5toString']) {
    assert.throws(() => latencyOf(text), /such as 50ms or 1s/, text);
  }
  assert.throws(() => lossOf('101%'), /from 0% to 100%/);
  assert.throws(() => rateOf('0mbit'), /node partition/);
  assert.throws(() => rateOf('1ms'), /such as 500kbit/);
});
