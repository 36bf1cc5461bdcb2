import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fault, pods } from '../../../tests/support/drill/story.ts';
import type { ReadinessStep } from '../timeline/observer.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { capacityRto } from './capacity-rto.ts';

const [a] = pods;
const victimA = { pods: a ? [a] : [] };
const unasked = (at: number, ready: number): ReadinessStep => ({ at, uncertaintyMs: 50, ready });
const step = (at: number, ready: number): ReadinessStep => ({ ...unasked(at, ready), wanted: 3 });
const event = (type: 'pod-restarted' | 'server-out' | 'server-in', at: number): TimelineEvent => ({
  ...{ type, at, uncertaintyMs: 5, text: '', source: 'api', subject: 'a', podUid: 'uid-a' },
});

test('it is until no replica is missing any more, with the uncertainty of both ends', () => {
  const readiness = [step(0, 3), step(1_100, 2), step(4_000, 3), step(4_500, 2), step(6_000, 3)];
  const measured = capacityRto({ faults: [fault(1_000, victimA)], readiness, events: [] });
  assert.deepEqual([measured.value, measured.uncertainty], [5_000, 60]);
});

test('whatever the steps: it ends with the last deficit, or never', () => {
  const steps = fc.array(fc.record({ after: fc.integer({ min: 1, max: 500 }), ready: fc.nat(4) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const readiness = [step(0, 3)];
      for (const { after, ready } of list) {
        readiness.push(step(Math.max(1_000, readiness.at(-1)?.at ?? 0) + after, ready));
      }
      const measured = capacityRto({ faults: [fault(1_000, victimA)], readiness, events: [] });
      const isMissing = (one: ReadinessStep | undefined) => one !== undefined && one.ready < 3;
      const end = readiness.findLastIndex((one) => isMissing(one)) + 1;
      if (isMissing(readiness.at(-1))) assert.equal(measured.broken, true);
      else if (end === 0) assert.equal(measured.value, undefined);
      else assert.equal(measured.value, Number(readiness[end]?.at) - 1_000);
    }),
  );
});

test('where nobody says how many there should be, it is as many as there were', () => {
  const readiness = [unasked(0, 2), unasked(1_100, 1), unasked(2_000, 2)];
  assert.equal(capacityRto({ faults: [fault(1_000, victimA)], readiness, events: [] }).value, 1_000);
});

test('what was quicker than readiness shows is seen by restarts, or by the balancer', () => {
  const of = (...events: TimelineEvent[]) =>
    capacityRto({ faults: [fault(1_000, victimA)], readiness: [step(0, 3)], events });
  assert.equal(of(event('pod-restarted', 1_400)).value, 400);
  assert.equal(of(event('server-out', 1_100), event('server-in', 1_900)).value, 900);
  assert.match(of().why?.en ?? '', /nobody saw/);
  assert.equal(of(event('pod-restarted', 900)).value, undefined);
});

test('a fault that takes no replica away costs no capacity; of several the longest counts', () => {
  const readiness = [step(0, 3), step(5_100, 2), step(6_000, 3)];
  const control = fault(1_000, { controlPlane: true });
  assert.equal(capacityRto({ faults: [control], readiness: [step(0, 3)], events: [] }).value, 0);
  assert.equal(capacityRto({ faults: [control, fault(5_000, victimA)], readiness, events: [] }).value, 1_000);
});
