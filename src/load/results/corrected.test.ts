import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultsOf } from '../../../tests/support/load/results.ts';
import { sampleOf } from '../../../tests/support/load/samples.ts';

const first = sampleOf({ label: 'First', dueAt: 900, startedAt: 1_000, elapsedMs: 20 });
const later = sampleOf({ label: 'Later', elapsedMs: 5_000 });

test('a slow later step of an iteration is in the corrected figures of the whole', () => {
  for (const order of [[[first, later]], [[later, first]], [[later], [first]], [[first], [later]]]) {
    const { total, labels } = resultsOf({ seconds: order });
    assert.equal(total.corrected?.max, 5_000);
    assert.equal(total.corrected?.mean, (120 + 5_000) / 2);
    assert.equal(labels.find(({ label }) => label === 'Later')?.corrected, undefined);
  }
});

test('a label that comes with and without a schedule has all of its samples in both figures', () => {
  const without = sampleOf({ label: 'First', elapsedMs: 40 });
  for (const order of [[[first, without]], [[without, first]], [[without], [first]]]) {
    const { labels, seconds } = resultsOf({ seconds: order });
    assert.equal(labels[0]?.corrected?.mean, (120 + 40) / 2);
    assert.equal(labels[0]?.naive.mean, 30);
    assert.ok(Math.abs((seconds.at(-1)?.total.corrected?.max ?? 0) - 120) < 1e-9);
  }
});
