import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs, share, sizeBytes } from './measures.ts';

test('durations are read as Go writes them', () => {
  const table: [string, number][] = [
    ['500ms', 500],
    ['0s', 0],
    ['1m30s', 90_000],
    ['1.5s', 1_500],
    ['1h', 3_600_000],
  ];
  for (const [text, expected] of table) assert.equal(durationMs(text), expected, text);
});

test('what is no duration is refused', () => {
  for (const text of ['', '5', 's', '1d', '5s ', '1s-2s'])
    assert.throws(() => durationMs(text), TypeError, text);
});

test('shares are parts of one', () => {
  assert.deepEqual(['0%', '70%', '100%'].map(share), [0, 0.7, 1]);
});

test('sizes are quantities', () => {
  const sizes = ['1048576', '10Mi', '64k', '0', '-1', 'much', ''].map(sizeBytes);
  assert.deepEqual(sizes, [1_048_576, 10_485_760, 64_000, 0, undefined, undefined, undefined]);
});
