import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { ChangePace } from './change-pace.ts';

function paceOf() {
  const clock = new FakeClock();
  const pace = new ChangePace(clock, 50);
  const change = (tookMs: number) => pace.carryOut(async () => clock.advance(tookMs));
  /** Milliseconds until the next one may begin. */
  const rest = async () => {
    const began = clock.monotonic();
    let isOver = false;
    const over = pace.rest().then(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!isOver) clock.advance(1);
    }
    await over;
    return clock.monotonic() - began;
  };
  return { clock, pace, change, rest };
}

test('the first change waits for nobody', async () => {
  assert.equal(await paceOf().rest(), 0);
});

test('the next one waits twenty times as long as the one before took, and no longer than the longest rest', async () => {
  const { change, rest } = paceOf();
  await change(2);
  assert.equal(await rest(), 40);
  await change(400);
  assert.equal(await rest(), 50);
});

test('who comes later than that does not wait, and a change that failed counts as well', async () => {
  const { clock, pace, rest } = paceOf();
  await assert.rejects(
    pace.carryOut(async () => Promise.reject(new Error('refused'))),
    /refused/,
  );
  await assert.rejects(
    pace.carryOut(async () => {
      clock.advance(1);
      throw new Error('late');
    }),
    /late/,
  );
  assert.equal(await rest(), 20);
  clock.advance(1_000);
  assert.equal(await rest(), 0);
});
