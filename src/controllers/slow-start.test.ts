import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { slowStart } from './slow-start.ts';

test('batches double while everything works', async () => {
  const waiting: (() => void)[] = [];
  const batches: number[] = [];
  const result = slowStart(10, () => new Promise<void>((resolve) => void waiting.push(resolve)));
  for (let made = 0; made < 10; ) {
    await new Promise((resolve) => setImmediate(resolve));
    batches.push(waiting.length);
    made += waiting.length;
    for (const resolve of waiting.splice(0)) resolve();
  }
  assert.deepEqual(batches, [1, 2, 4, 3]);
  assert.deepEqual(await result, { succeeded: 10, skipped: 0 });
});

test('every call is accounted for: succeeded, failed or skipped', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(50), fc.nat(50), async (count, failFrom) => {
      let calls = 0;
      const { succeeded, skipped, error } = await slowStart(count, async () => {
        if (calls++ >= failFrom) throw new Error('refused');
      });
      assert.equal(calls + skipped, count);
      assert.equal(succeeded, Math.min(calls, failFrom));
      assert.equal(error === undefined, failFrom >= count);
    }),
  );
});
