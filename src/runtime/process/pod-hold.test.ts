import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { holdPod, releasePod, untilReleased } from './pod-hold.ts';

function podFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-hold-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether it is over once the clock has moved on by `ms`. */
async function isOverAfter(work: Promise<void>, clock: FakeClock, ms: number): Promise<boolean> {
  let over = false;
  void work.then(() => {
    over = true;
  });
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await setImmediate();
  }
  return over;
}

test('a held pod waits until it is released', async (t) => {
  const folder = podFolder(t);
  const clock = new FakeClock();
  holdPod(folder);
  holdPod(folder);
  const released = untilReleased(folder, clock);
  assert.equal(await isOverAfter(released, clock, 10_000), false);
  releasePod(folder);
  releasePod(folder);
  assert.equal(await isOverAfter(released, clock, 100), true);
});

test('a pod that is not held, or is gone, does not wait', async (t) => {
  const folder = podFolder(t);
  const clock = new FakeClock();
  await untilReleased(folder, clock);
  holdPod(folder);
  const released = untilReleased(folder, clock);
  rmSync(folder, { recursive: true });
  assert.equal(await isOverAfter(released, clock, 100), true);
});

test('whoever waits can be called off', async (t) => {
  const folder = podFolder(t);
  holdPod(folder);
  const controller = new AbortController();
  const released = untilReleased(folder, new FakeClock(), controller.signal);
  controller.abort(new Error('the pod is deleted'));
  await assert.rejects(released, /the pod is deleted/);
});
