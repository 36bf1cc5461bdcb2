import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closed, controller, group, http, UserWorld } from '../../../../tests/support/load/user-world.ts';
import type { Counter } from '../../plan/plan.ts';
import { counted, formatted } from './plan-counter.ts';

test('a counter goes from its start in steps to its end, and begins again', () => {
  const values = (start: number, end: number, step: number) =>
    [1, 2, 3, 4, 5].map((turn) => counted(turn, start, end, step));
  assert.deepEqual(values(1, 3, 1), [1, 2, 3, 1, 2]);
  assert.deepEqual(values(0, 5, 2), [0, 2, 4, 0, 2]);
  assert.deepEqual(values(7, Number.POSITIVE_INFINITY, 10), [7, 17, 27, 37, 47]);
  assert.deepEqual(values(3, 1, 1), [3, 3, 3, 3, 3]);
  assert.deepEqual(values(3, 9, -1), [3, 2, 1, 0, -1]);
});

test('zeros of a format are digits at least', () => {
  assert.deepEqual(
    [formatted(7, '000'), formatted(-7, '00'), formatted(1234, '000'), formatted(7, '')],
    ['007', '-07', '1234', '7'],
  );
});

test('a counter of each user counts its own iterations, and begins again with each where it is to', async () => {
  const of = (more: Partial<Counter>): Counter => ({
    ...{ id: 'c', start: '1', step: '1', variable: 'n', perUser: true, resetOnIteration: false, ...more },
  });
  const run = async (counter: Counter) => {
    const loop = { ...controller({ type: 'loop', count: '2' }, http('${n}')), counters: [counter] };
    const world = new UserWorld(group([loop], { load: closed({ users: '1', loops: '2' }) }));
    return (await world.run()).labels;
  };
  assert.equal(await run(of({})), '1 2 3 4');
  assert.equal(await run(of({ resetOnIteration: true })), '1 2 1 2');
  assert.equal(await run(of({ perUser: false, end: '3' })), '1 2 3 1');
});
