import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePod, meta } from '../../../tests/support/objects.ts';
import type { V1Pod, V1PodDisruptionBudget, V1PodDisruptionBudgetSpec } from '../../api/generated/types.ts';
import { budgetCounts, budgetFacts, pendingDisruptions, scaledValue } from './budget.ts';

function pod(name: string, ready = true, deletionTimestamp?: string): V1Pod {
  const base = makePod(name, deletionTimestamp ? { deletionTimestamp } : {});
  return {
    ...base,
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

function counts(spec: V1PodDisruptionBudgetSpec, pods: V1Pod[], scale: number, disrupted = {}) {
  return budgetCounts(budgetFacts(spec, pods.length, scale), pods, disrupted);
}

const three = ['a', 'b', 'c'].map((name) => pod(name));

test('percentages are rounded up', () => {
  assert.equal(scaledValue('50%', 3), 2);
  assert.equal(scaledValue(2, 3), 2);
  assert.throws(() => scaledValue('x', 3), /invalid/);
});

test('minAvailable as a count allows what is above it', () => {
  assert.equal(counts({ minAvailable: 2 }, three, 0).disruptionsAllowed, 1);
  assert.equal(counts({ minAvailable: 3 }, three, 0).disruptionsAllowed, 0);
  assert.equal(counts({ minAvailable: 0 }, [], 0).disruptionsAllowed, 0);
});

test('maxUnavailable is of what the controllers want, not of what is there', () => {
  const found = counts({ maxUnavailable: 1 }, three, 4);
  assert.deepEqual([found.expected, found.desiredHealthy, found.disruptionsAllowed], [4, 3, 0]);
  assert.equal(counts({ maxUnavailable: '50%' }, three, 3).desiredHealthy, 1);
  assert.equal(counts({ minAvailable: '50%' }, three, 3).desiredHealthy, 2);
});

test('pods that are not ready, leaving or granted to an eviction are not healthy', () => {
  const mixed = [...three, pod('d', false), pod('e', true, '2026-01-01T00:00:00Z')];
  const found = counts({ minAvailable: 1 }, mixed, 0, { a: '2026-01-01T00:00:00Z' });
  assert.equal(found.currentHealthy, 2);
  assert.equal(found.disruptionsAllowed, 1);
});

test('a granted eviction counts until its pod goes, and for two minutes at most', () => {
  const granted = '2026-01-01T00:00:00Z';
  const at = Date.parse(granted);
  const status = {
    disruptedPods: { a: granted, gone: granted, leaving: granted },
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  };
  const budget: V1PodDisruptionBudget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta('b'),
    spec: {},
    status,
  };
  const pods = [pod('a'), pod('leaving', true, granted)];
  assert.deepEqual(pendingDisruptions(budget, pods, at + 1000), {
    disrupted: { a: granted },
    nextAt: at + 120_000,
  });
  assert.deepEqual(pendingDisruptions(budget, pods, at + 120_000), { disrupted: {}, nextAt: undefined });
});
