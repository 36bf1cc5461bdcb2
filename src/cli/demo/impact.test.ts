import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Impact } from './impact.ts';

const good = (sentAt: number, endedAt: number) => ({ dueAt: sentAt, sentAt, endedAt });
const bad = (sentAt: number, endedAt: number) => ({ ...good(sentAt, endedAt), failure: 'refused' });

test('the traffic RTO ends with the last failure, whatever was sent before the fault and broken by it included', () => {
  const impact = new Impact(1000);
  for (const sample of [bad(900, 999), good(950, 1001), bad(990, 1010), bad(1005, 1040), good(1030, 1050)])
    impact.take(sample);
  assert.deepEqual([impact.requests, impact.failures, impact.trafficRtoMs], [4, 2, 40]);
  assert.equal(impact.quietMs(5040), 4000);
});

test('failures that end in another order than they came do not shorten it', () => {
  const impact = new Impact(0);
  for (const sample of [bad(1, 500), bad(2, 300)]) impact.take(sample);
  assert.equal(impact.trafficRtoMs, 500);
});

test('without failures it is zero, and it has been quiet since the fault', () => {
  const impact = new Impact(100);
  impact.take(good(100, 101));
  assert.deepEqual([impact.trafficRtoMs, impact.failures, impact.quietMs(300)], [0, 0, 200]);
});
