import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Bounds,
  newSetReplicas,
  proportionalSizes,
  type SetSize,
  shrunkOldSets,
  totalReplicas,
} from './rollout.ts';
import { resolveRoom } from './spec.ts';

const percentOrNumber = fc.oneof(
  fc.nat(30),
  fc.integer({ min: 0, max: 100 }).map((n) => `${n}%`),
);

const bounds: fc.Arbitrary<Bounds> = fc
  .record({ replicas: fc.nat(40), surge: percentOrNumber, unavailable: percentOrNumber })
  .map(({ replicas, surge, unavailable }) => ({ replicas, ...resolveRoom(surge, unavailable, replicas) }));

/** What a ReplicaSet's controller does with a smaller size: pods that are not available go first. */
function resize(set: SetSize, replicas: number): void {
  set.replicas = replicas;
  set.available = Math.min(set.available, replicas);
}

function step(limits: Bounds, newSet: SetSize, oldSets: SetSize[]): boolean {
  const grown = newSetReplicas(limits, newSet, oldSets);
  if (grown !== newSet.replicas) {
    resize(newSet, grown);
    return true;
  }
  const sizes = shrunkOldSets(limits, newSet, oldSets);
  for (const set of oldSets) resize(set, sizes.get(set.name) ?? set.replicas);
  return sizes.size > 0;
}

function availableOf(sets: readonly SetSize[]): number {
  return sets.reduce((sum, { available }) => sum + available, 0);
}

test('percentages: surge is rounded up, unavailability down, and never both nothing', () => {
  assert.deepEqual(resolveRoom('25%', '25%', 3), { maxSurge: 1, maxUnavailable: 0 });
  assert.deepEqual(resolveRoom('25%', '25%', 10), { maxSurge: 3, maxUnavailable: 2 });
  assert.deepEqual(resolveRoom('0%', '0%', 10), { maxSurge: 0, maxUnavailable: 1 });
  assert.deepEqual(resolveRoom(0, '10%', 5), { maxSurge: 0, maxUnavailable: 1 });
  assert.deepEqual(resolveRoom('7%', 0, 100), { maxSurge: 7, maxUnavailable: 0 });
  assert.deepEqual(resolveRoom(0, 5, 3), { maxSurge: 0, maxUnavailable: 3 });
});

test('a rolling update stays between floor and ceiling at every step, whatever becomes available when', () => {
  const olds = fc.array(fc.record({ size: fc.nat(20), available: fc.nat(20) }), { maxLength: 4 });
  fc.assert(
    fc.property(bounds, olds, fc.array(fc.nat(40), { maxLength: 60 }), (limits, shapes, arrivals) => {
      const oldSets = shapes.map(({ size, available }, i) => ({
        name: `old-${i}`,
        replicas: size,
        available: Math.min(size, available),
      }));
      const newSet = { name: 'new', replicas: 0, available: 0 };
      const sets = [newSet, ...oldSets];
      const ceiling = Math.max(limits.replicas + limits.maxSurge, totalReplicas(sets));
      const floor = limits.replicas - limits.maxUnavailable;
      for (const arrival of arrivals) {
        const before = availableOf(sets);
        step(limits, newSet, oldSets);
        assert.ok(totalReplicas(sets) <= ceiling);
        assert.ok(availableOf(sets) >= Math.min(before, floor), 'below the floor');
        const lucky = sets[arrival % sets.length];
        if (lucky && lucky.available < lucky.replicas) lucky.available++;
      }
    }),
  );
});

test('a rolling update always ends when new pods become available, and old ones never do again', () => {
  fc.assert(
    fc.property(bounds, fc.array(fc.nat(20), { maxLength: 4 }), fc.nat(20), (limits, olds, sick) => {
      const oldSets = olds.map((replicas, i) => ({
        name: `old-${i}`,
        replicas,
        available: Math.max(0, replicas - sick),
      }));
      const newSet = { name: 'new', replicas: 0, available: 0 };
      for (let i = 0; i < 400; i++) {
        step(limits, newSet, oldSets);
        if (newSet.available < newSet.replicas) newSet.available++;
      }
      assert.equal(newSet.replicas, limits.replicas);
      assert.equal(totalReplicas(oldSets), 0);
    }),
  );
});

test('pods of an old set that are not available go before any that is', () => {
  const limits = { replicas: 4, maxSurge: 1, maxUnavailable: 1 };
  const newSet = { name: 'new', replicas: 1, available: 0 };
  const sizes = shrunkOldSets(limits, newSet, [
    { name: 'good', replicas: 2, available: 2 },
    { name: 'bad', replicas: 2, available: 1 },
  ]);
  assert.deepEqual([...sizes], [['bad', 1]]);
});

test('scaling in the middle of a rollout keeps the mixture and hits the size exactly', () => {
  const limits = { replicas: 15, maxSurge: 3, maxUnavailable: 2 };
  const sets = [
    { name: 'old', replicas: 8, available: 8, maxReplicas: 13 },
    { name: 'new', replicas: 5, available: 0, maxReplicas: 13 },
  ];
  assert.deepEqual(Object.fromEntries(proportionalSizes(limits, sets, 13)), { old: 11, new: 7 });
  const shape = fc.record({ replicas: fc.integer({ min: 1, max: 30 }), maxReplicas: fc.option(fc.nat(60)) });
  fc.assert(
    fc.property(
      bounds,
      fc.array(shape, { minLength: 1, maxLength: 5 }),
      fc.nat(60),
      (limits, shapes, current) => {
        const sets = shapes
          .map(({ replicas, maxReplicas }, i) => ({
            name: `s${i}`,
            replicas,
            available: 0,
            maxReplicas: maxReplicas ?? undefined,
          }))
          .sort((a, b) => b.replicas - a.replicas);
        const sizes = [...proportionalSizes(limits, sets, current).values()];
        const allowed = limits.replicas > 0 ? limits.replicas + limits.maxSurge : 0;
        assert.ok(sizes.every((size) => size >= 0));
        const total = sizes.reduce((sum, size) => sum + size, 0);
        if (allowed >= totalReplicas(sets)) assert.equal(total, allowed);
        else assert.ok(total >= allowed && total <= totalReplicas(sets));
      },
    ),
  );
});
