import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../../tests/support/drill/story.ts';
import { RecentSamples, toldWithinMs } from './recent-samples.ts';
import { reasonToHalt } from './safety.ts';

const safety = { badShare: 0.5, forMs: 1_000, mostMs: 60_000 };

/** So many of ten samples are bad; they end within the second before 10,000. */
function traffic(bad: number): RecentSamples {
  const samples = new RecentSamples(100, 10_000);
  const each = (_: unknown, at: number) => sampleOf({ startedAt: 9_050 + at * 90, success: at >= bad });
  samples.add(Array.from({ length: 10 }, each));
  return samples;
}

test('a drill goes on while no more than the share is bad', () => {
  assert.equal(reasonToHalt(safety, traffic(5), 0, 10_000 + toldWithinMs), undefined);
});

test('a drill is halted when more than the share is bad for so long', () => {
  assert.match(
    reasonToHalt(safety, traffic(6), 0, 10_000 + toldWithinMs)?.en ?? '',
    /^60\.0 % .* \(limit: 50 %\)$/,
  );
});

test('traffic that has not lasted as long as the limit halts nothing', () => {
  assert.equal(reasonToHalt(safety, traffic(10), 9_500, 10_000 + toldWithinMs), undefined);
});

test('a drill that takes too long is halted, however good the traffic', () => {
  assert.equal(reasonToHalt(safety, traffic(0), 0, 60_001)?.en, 'it took longer than 60 s');
});
