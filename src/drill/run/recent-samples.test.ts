import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../../tests/support/drill/story.ts';
import { RecentSamples } from './recent-samples.ts';

test('a window has the samples that ended in it, by what users got', () => {
  const samples = new RecentSamples(100, 10_000);
  samples.add([
    sampleOf({ startedAt: 0, endedAt: 1_000 }),
    sampleOf({ startedAt: 1_000, endedAt: 1_050 }),
    sampleOf({ startedAt: 1_000, endedAt: 1_060, success: false, code: '500' }),
    sampleOf({ startedAt: 1_000, endedAt: 1_070, success: false, outcome: 'sorry' }),
    sampleOf({ startedAt: 1_000, endedAt: 2_000 }),
  ]);
  const { count, ok, failed, sorry, bad, ratePerSecond } = samples.window(1_010, 2_000);
  assert.deepEqual({ count, ok, failed, sorry, bad }, { count: 3, ok: 1, failed: 1, sorry: 1, bad: 2 });
  assert.equal(Math.round(ratePerSecond), 3);
});

test('a sample that was due long before it was sent is as slow as its user felt', () => {
  const samples = new RecentSamples(100, 10_000);
  samples.add([sampleOf({ dueAt: 0, startedAt: 500, endedAt: 510 })]);
  assert.equal(samples.window(0, 1_000).p99Ms, 510);
  assert.equal(samples.lastBadAt, 510);
});

test('transactions, and what the stop has cut, are no requests', () => {
  const samples = new RecentSamples(100, 10_000);
  samples.add([sampleOf({ isTransaction: true }), sampleOf({ isCut: true, success: false })]);
  assert.equal(samples.count, 0);
  assert.equal(samples.window(0, 1_000).p99Ms, undefined);
});

test('what is older than it has to be is forgotten, the count is not', () => {
  const samples = new RecentSamples(100, 1_000);
  for (let at = 0; at < 100; at++) samples.add([sampleOf({ startedAt: at * 100, endedAt: at * 100 + 1 })]);
  assert.equal(samples.window(0, 5_000).count, 0);
  assert.equal(samples.window(9_000, 10_000).count, 10);
  assert.equal(samples.count, 100);
});
