import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { makePod } from '../../../tests/support/objects.ts';
import { type PodSample, proposeReplicas, type Target } from './replica-arithmetic.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const longAgo = '2026-01-01T00:00:00Z';

interface Shape {
  usage?: number;
  ready?: boolean;
  phase?: string;
  startTime?: string;
  deletionTimestamp?: string;
}

let count = 0;
function sample({
  usage,
  ready = true,
  phase = 'Running',
  startTime = longAgo,
  deletionTimestamp,
}: Shape): PodSample {
  const pod = makePod(`p${count++}`, deletionTimestamp ? { deletionTimestamp } : {});
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: startTime }];
  const measured = usage === undefined ? undefined : { amount: usage, timestamp: now, windowMs: 30_000 };
  return { pod: { ...pod, status: { phase, startTime, conditions } }, usage: measured };
}

/** Every pod requests 1,000. */
const percent = (value: number): Target => ({ kind: 'utilization', percent: value, requestOf: () => 1000 });

function replicas(current: number, shapes: Shape[], target = percent(50), resource = 'cpu'): number {
  return proposeReplicas(current, shapes.map(sample), resource, target, now).replicas;
}

function times(length: number, shape: Shape): Shape[] {
  return Array.from({ length }, () => shape);
}

describe('replicas', () => {
  test('follow utilization in proportion, rounded up', () => {
    assert.equal(replicas(3, times(3, { usage: 1000 })), 6);
    assert.equal(replicas(4, times(4, { usage: 250 })), 2);
    assert.equal(replicas(3, [{ usage: 600 }, { usage: 600 }, { usage: 700 }]), 4);
  });

  test('follow an average value', () => {
    const target: Target = { kind: 'average', amount: 100 };
    assert.equal(replicas(2, times(2, { usage: 300 }), target, 'memory'), 6);
  });

  test('stay within the tolerance', () => {
    assert.equal(replicas(3, times(3, { usage: 550 })), 3);
    assert.equal(replicas(3, times(3, { usage: 560 })), 4);
    assert.equal(replicas(3, times(3, { usage: 450 })), 3);
  });

  test('do not count pods on their way out or ended', () => {
    const shapes = [{ usage: 1000 }, { usage: 0, deletionTimestamp: longAgo }, { usage: 0, phase: 'Failed' }];
    assert.equal(replicas(1, shapes), 2);
  });

  test('take pods that are not ready as idle when it would grow, and leave them out when it would shrink', () => {
    assert.equal(replicas(3, [{ usage: 1000 }, { usage: 1000 }, { phase: 'Pending' }]), 4);
    assert.equal(
      replicas(4, [{ usage: 100 }, { usage: 100 }, { phase: 'Pending' }, { phase: 'Pending' }]),
      1,
    );
    const starting = { usage: 2000, ready: false, startTime: new Date(now - 10_000).toISOString() };
    assert.equal(replicas(2, [{ usage: 500 }, starting]), 2);
  });

  test('take missing metrics as what holds the change back', () => {
    assert.equal(replicas(3, [{ usage: 1000 }, { usage: 1000 }, {}]), 4);
    assert.equal(replicas(4, [{ usage: 100 }, { usage: 100 }, {}, {}]), 4);
    assert.equal(replicas(2, [{ usage: 600 }, {}]), 2);
  });

  test('without any measured pod cannot be told', () => {
    assert.throws(() => replicas(2, [{}, {}]), /did not receive metrics/);
  });

  test('never leave the direction of the usage', () => {
    const shape = fc.record({
      usage: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
      phase: fc.constantFrom('Running', 'Pending'),
    });
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 10 }), (shapes) => {
        const measured = shapes.filter(({ usage, phase }) => usage !== undefined && phase === 'Running');
        if (measured.length === 0) return;
        const mean = measured.reduce((sum, { usage }) => sum + (usage ?? 0), 0) / measured.length / 10;
        const result = replicas(shapes.length, shapes);
        if (Math.floor(mean) > 55) assert.ok(result >= shapes.length);
        if (Math.floor(mean) < 45) assert.ok(result <= shapes.length);
      }),
    );
  });
});
