import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../../../../tests/support/eventually.ts';
import { Agenda } from './agenda.ts';

test('everything comes in the order of its time, and never early', async () => {
  const agenda = new Agenda();
  const began = agenda.now();
  const came: number[] = [];
  const early: number[] = [];
  const waits = Array.from({ length: 300 }, (_, at) => ((at * 37) % 101) / 4);
  for (const wait of waits) {
    agenda.at(began + wait, () => {
      if (agenda.now() < began + wait) early.push(wait);
      came.push(wait);
    });
  }
  await eventually(() => came.length === waits.length);
  assert.deepEqual(early, []);
  assert.deepEqual(
    came,
    [...waits].sort((a, b) => a - b),
  );
});

test('what has passed already comes as well, but not within the call', async () => {
  const agenda = new Agenda();
  let came = false;
  agenda.at(agenda.now() - 1_000, () => {
    came = true;
  });
  assert.equal(came, false);
  await eventually(() => came);
});

test('what is cancelled does not come, and keeps nobody waiting', async () => {
  const agenda = new Agenda();
  const began = agenda.now();
  const came: string[] = [];
  const cancel = agenda.at(began + 2, () => came.push('first'));
  const cancelLong = agenda.at(began + 3_600_000, () => came.push('long'));
  agenda.at(began + 3, () => {
    came.push('second');
    cancelLong();
  });
  cancel();
  cancel();
  await eventually(() => came.length > 0);
  assert.deepEqual(came, ['second']);
});

test('whoever asks for its turn again and again leaves others theirs', async () => {
  const agenda = new Agenda();
  let isOver = false;
  const again = () => {
    if (!isOver) agenda.at(0, again);
  };
  agenda.at(0, again);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => agenda.at(agenda.now() + 1, () => resolve(undefined)));
  isOver = true;
});

test('whatever is added and cancelled in between, what is left comes once and in order', async () => {
  const step = fc.record({ wait: fc.integer({ min: -2, max: 6 }), isCancelled: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const agenda = new Agenda();
      const began = agenda.now();
      const came: number[] = [];
      const cancels = steps.map(({ wait, isCancelled }) => {
        const cancel = agenda.at(began + wait, () => came.push(wait));
        return isCancelled ? cancel : () => {};
      });
      for (const cancel of cancels) cancel();
      await new Promise((resolve) => agenda.at(began + 7, () => resolve(undefined)));
      const left = steps.filter(({ isCancelled }) => !isCancelled).map(({ wait }) => wait);
      assert.deepEqual(
        came,
        left.sort((a, b) => a - b),
      );
    }),
    { numRuns: 25 },
  );
});
