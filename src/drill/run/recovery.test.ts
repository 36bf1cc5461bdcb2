import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../../tests/support/drill/story.ts';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { RecentSamples } from './recent-samples.ts';
import { type Moment, missingForRecovery } from './recovery.ts';

const three = targetOf(podsOn([{ node: 'n1' }, { node: 'n2' }, { node: 'n3' }]), { wanted: 3 });
const well: Moment = {
  ...{ told: 20_000, changedAt: 10_000, view: three, events: [] },
  before: { primaries: 3, backups: 0 },
};

function traffic(lastBadAt?: number): RecentSamples {
  const samples = new RecentSamples(100, 60_000);
  for (let at = 0; at < 20_000; at += 100) samples.add([sampleOf({ startedAt: at })]);
  if (lastBadAt !== undefined) samples.add([sampleOf({ startedAt: lastBadAt, success: false })]);
  return samples;
}

function backups(active: number): TimelineEvent {
  return { type: 'backups', active, wanted: active, at: 1, uncertaintyMs: 0, source: 'balancer', text: '' };
}

test('nothing is missing when all replicas are ready and traffic has been good for five seconds', () => {
  assert.equal(missingForRecovery(well, traffic(14_900)), undefined);
});

test('five seconds of good traffic count from the last bad sample, and from the last change', () => {
  assert.equal(missingForRecovery(well, traffic(15_100))?.en, 'good traffic for 5 s');
  assert.equal(missingForRecovery({ ...well, changedAt: 15_100 }, traffic())?.en, 'good traffic for 5 s');
});

test('replicas that were there before, or are asked for, have to be ready', () => {
  const two = targetOf(podsOn([{ node: 'n1' }, { node: 'n2' }, { node: 'n3', ready: false }]), { wanted: 3 });
  assert.equal(missingForRecovery({ ...well, view: two }, traffic())?.en, '2 of 3 replicas are ready');
  const fewer = { ...two, wanted: 2 };
  assert.equal(missingForRecovery({ ...well, view: fewer }, traffic())?.en, '2 of 3 replicas are ready');
});

test('backups that came in have to have left', () => {
  assert.equal(
    missingForRecovery({ ...well, events: [backups(0), backups(1)] }, traffic())?.en,
    'backups still serve',
  );
  assert.equal(missingForRecovery({ ...well, events: [backups(1), backups(0)] }, traffic()), undefined);
});

test('silence is no recovery', () => {
  assert.equal(missingForRecovery(well, new RecentSamples(100, 1_000))?.en, 'nothing is answered');
});
