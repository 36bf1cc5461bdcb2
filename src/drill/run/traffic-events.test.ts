import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../../tests/support/drill/story.ts';
import { SampleStore } from '../accounting/sample-store.ts';
import { always } from '../measure/window.ts';
import { trafficEvents } from './traffic-events.ts';

function periods(...samples: Parameters<typeof sampleOf>[0][]): [string, number][] {
  const store = new SampleStore('run');
  for (const sample of samples) store.add(sampleOf(sample));
  return trafficEvents(store, always, 100).map(({ type, at }) => [type, at]);
}

test('bad samples close to each other are one period, from the end of the first to that of the last', () => {
  const found = periods(
    { startedAt: 0 },
    { startedAt: 1_000, elapsedMs: 10, success: false },
    { startedAt: 1_500, elapsedMs: 500 },
    { startedAt: 2_500, elapsedMs: 10 },
  );
  assert.deepEqual(found, [
    ['traffic-bad', 1_010],
    ['traffic-good', 2_000],
  ]);
});

test('those far apart are two', () => {
  const bad = { elapsedMs: 0, success: false };
  const found = periods({ ...bad, startedAt: 1_000 }, { ...bad, startedAt: 2_001 });
  assert.deepEqual(
    found.map(([, at]) => at),
    [1_000, 1_000, 2_001, 2_001],
  );
});

test('good traffic has none', () => {
  assert.deepEqual(periods({ startedAt: 0 }, { startedAt: 10 }), []);
});
