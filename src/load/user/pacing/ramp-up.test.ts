import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startOffsetMs, usersOfWorker } from './ramp-up.ts';

test('100 users over 20 s: one every 200 ms, the first at once', () => {
  const offsets = Array.from({ length: 100 }, (_, index) => startOffsetMs(index, 100, 20_000));
  assert.deepEqual([offsets[0], offsets[1], offsets[99]], [0, 200, 19_800]);
});

test('workers together have each user once, and no one of them more than one above the others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 8 }), (users, workers) => {
      const parts = Array.from({ length: workers }, (_, worker) => usersOfWorker(users, worker, workers));
      const all = parts.flat().sort((a, b) => a - b);
      assert.deepEqual(
        all,
        Array.from({ length: users }, (_, index) => index),
      );
      const sizes = parts.map((part) => part.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }),
  );
});
