// Times of a fake clock: each request takes 10 ms, timers and pauses 100 ms. Codes, messages and what is summed up are JMeter's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closed,
  controller,
  group,
  http,
  type Script,
  UserWorld,
} from '../../../../tests/support/load/user-world.ts';
import type { Assertion } from '../../plan/http-step.ts';
import type { ControllerStep, Group, Step } from '../../plan/plan.ts';

const [a, b, c] = ['A', 'B', 'C'].map((name) => http(name)) as [Step, Step, Step];
const pause: Step = { type: 'pause', name: 'pause', ms: '100' };
const script: Script = ({ target }) => ({ elapsedMs: 10, status: target === '/B' ? 500 : 200 });

function transaction(
  terms: { parentSample?: boolean; includeTimers?: boolean; name?: string },
  ...steps: Step[]
): Step {
  const { parentSample = false, includeTimers = false, name = 'T' } = terms;
  return controller({ type: 'transaction', name, parentSample, includeTimers }, ...steps);
}

const run = (steps: readonly Step[], more: Partial<Group> = {}) =>
  new UserWorld(group(steps, more), { script }).run();

async function transactionOf(terms: Parameters<typeof transaction>[0], more: Partial<Group> = {}) {
  const world = await run([a, transaction(terms, a, pause, b, pause), c], more);
  const sample = world.samples.find(({ label }) => label === 'T');
  assert.ok(sample?.isTransaction);
  return { world, sample };
}

test('an additional sample comes behind those of its requests', async () => {
  const { world, sample } = await transactionOf({});
  assert.equal(world.labels, 'A A B T C');
  assert.equal(sample.message, 'Number of samples in transaction : 2, number of failing samples : 1');
  assert.deepEqual([sample.success, sample.code], [false, '']);
  assert.deepEqual([sample.bytes, sample.sentBytes, sample.latencyMs, sample.connectMs], [200, 100, 10, 2]);
  assert.equal(sample.user, 'Group 1-1');
});

for (const parentSample of [false, true]) {
  const kind = parentSample ? 'parent' : 'additional';
  test(`waiting is no part of the time of an ${kind} sample, and told as idle time`, async () => {
    const { sample } = await transactionOf({ parentSample });
    assert.deepEqual([sample.elapsedMs, sample.idleMs], [20, 200]);
  });
}

test('waiting is a part of it where the plan says so; a parent sample ends with its last request', async () => {
  const additional = await transactionOf({ includeTimers: true });
  assert.deepEqual([additional.sample.elapsedMs, additional.sample.idleMs], [220, 0]);
  const parent = await transactionOf({ includeTimers: true, parentSample: true });
  assert.deepEqual([parent.sample.elapsedMs, parent.sample.idleMs], [120, 0]);
});

test('a parent sample comes instead of those of its requests, which are its parts', async () => {
  const { world, sample } = await transactionOf({ parentSample: true });
  assert.equal(world.labels, 'A T C');
  assert.deepEqual(
    sample.parts?.map(({ label, loadId }) => [label, loadId]),
    [
      ['A', 'run-0-2'],
      ['B', 'run-0-3'],
    ],
  );
  assert.deepEqual([sample.success, sample.code, sample.latencyMs], [false, '500', 0]);
});

test('a good one has the code 200', async () => {
  for (const parentSample of [false, true]) {
    const [sample] = (await run([transaction({ parentSample }, a)])).samples.slice(-1);
    assert.deepEqual([sample?.success, sample?.code], [true, '200']);
  }
});

test('one without a request is a sample too', async () => {
  const world = await run([transaction({}), transaction({ parentSample: true })]);
  assert.equal(world.labels, 'T T');
  assert.match(world.samples[0]?.message ?? '', /transaction : 0,/);
});

test('transactions in transactions', async () => {
  const inner = (parentSample: boolean) => transaction({ name: 'U', parentSample }, b);
  const outer = (parentSample: boolean, step: Step) => [transaction({ parentSample }, a, step), c];
  assert.equal((await run(outer(false, inner(false)))).labels, 'A B U T C');
  assert.equal((await run(outer(false, inner(true)))).labels, 'A U T C');
  assert.equal((await run(outer(true, inner(true)))).labels, 'T C');
  const both = await run(outer(false, inner(false)));
  assert.match(both.samples[3]?.message ?? '', /transaction : 2, number of failing samples : 1/);
});

test('one that a failure ends is a sample, whichever kind it is', async () => {
  for (const [parentSample, expected] of [
    [false, 'A B T A B T'],
    [true, 'T T'],
  ] as const) {
    const steps = [transaction({ parentSample }, a, b, c), c];
    const world = await run(steps, { onError: 'next-iteration', load: closed({ loops: '2' }) });
    assert.equal(world.labels, expected);
    assert.equal(world.samples.at(-1)?.success, false);
  }
});

test('of one in which its user ends only a parent sample is left', async () => {
  const left = async (parentSample: boolean) =>
    (await run([transaction({ parentSample }, a, b, c)], { onError: 'stop-user' })).labels;
  assert.deepEqual([await left(false), await left(true)], ['A B', 'T']);
});

test('of one that is left standing no request is lost', async () => {
  const parent = (...steps: Step[]) => transaction({ parentSample: true }, ...steps);
  const interleave = { type: 'interleave', ignoreSubControllers: true, acrossUsers: false } as const;
  const random = { type: 'random', ignoreSubControllers: true } as const;
  const inner = transaction({ parentSample: true, name: 'U' }, controller(random, parent(a, b)), b);
  const stages = [{ fromRate: 100, toRate: 100, durationMs: 10 }];
  const open = { model: 'open', arrivals: 'even', maxUsers: 1, stages } as const;
  for (const [step, labels, load] of [
    [controller({ type: 'runtime', ms: '5' }, parent(a, b)), 'T', closed({})],
    [controller(interleave, parent(a, b)), 'T', closed({})],
    [controller(random, parent(a, b)), 'T', open],
    // What stands within it ends first, and is a part of it.
    [controller(interleave, inner), 'U', closed({})],
  ] as const) {
    const world = await run([step], { load });
    assert.equal(world.labels, labels);
    assert.match(world.samples[0]?.message ?? '', /transaction : 1,/);
  }
});

test('the end of a parent sample takes a turn of an interleave controller that ignores blocks', async () => {
  const interleave = { type: 'interleave', ignoreSubControllers: true, acrossUsers: false } as const;
  const steps = [controller(interleave, transaction({ parentSample: true }, a, a), c)];
  assert.equal((await run(steps, { load: closed({ loops: '5' }) })).labels, 'C C T');
});

test('a parent sample has to hold what is said of it as well; what fails it ends the iteration at most', async () => {
  const short: Assertion = { type: 'duration', name: 'short', ms: '15', scope: 'main' };
  const step = { ...(transaction({ parentSample: true }, a, a) as ControllerStep), assertions: [short] };
  for (const [onError, expected] of [
    ['continue', 'T C T C'],
    ['next-iteration', 'T T'],
    ['stop-user', 'T C T C'],
  ] as const) {
    const world = await run([step as Step, c], { onError, load: closed({ loops: '2' }) });
    assert.equal(world.labels, expected);
    assert.deepEqual([world.samples[0]?.success, world.samples[0]?.code], [false, '200']);
    assert.match(world.samples[0]?.failure ?? '', /15/);
  }
});

test('a parent sample that failed is what a while looks at', async () => {
  const last = controller({ type: 'while', condition: 'LAST' }, c);
  assert.equal((await run([transaction({ parentSample: true }, b, a), last])).labels, 'T');
  assert.equal(
    (await run([transaction({}, b, a), controller({ type: 'while', condition: '' }, b)])).labels,
    'B A T B',
  );
});
