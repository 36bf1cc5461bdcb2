import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { closed, controller, group, http, plan, UserWorld } from '../../../tests/support/load/user-world.ts';
import type { Assertion } from '../plan/http-step.ts';
import type { Counter, Group, OpenLoad, Step } from '../plan/plan.ts';
import { arrivalTimes } from './pacing/arrivals.ts';

const open = (rate: number, durationMs: number, more: Partial<OpenLoad> = {}): OpenLoad => ({
  ...{
    model: 'open',
    stages: [{ fromRate: rate, toRate: rate, durationMs }],
    arrivals: 'even',
    maxUsers: 100,
  },
  ...more,
});
const slow = (elapsedMs: number) => ({ script: () => ({ elapsedMs }) });
const startsOf = ({ samples }: UserWorld) => samples.map(({ startedAt }) => startedAt);
const pause = (ms: string): Step => ({ type: 'pause', name: 'pause', ms });

test('users start evenly over the ramp-up, behind the delay, and are called as JMeter calls them', async () => {
  const load = closed({ users: '4', rampUpMs: '80', delayMs: '20' });
  const world = await new UserWorld(group([http('A')], { load })).run();
  assert.deepEqual(startsOf(world), [20, 40, 60, 80]);
  assert.deepEqual(
    world.samples.map(({ user }) => user),
    ['Group 1-1', 'Group 1-2', 'Group 1-3', 'Group 1-4'],
  );
  assert.ok([...world.clients.values()].every((client) => client.closed));
});

test('a worker has its share of the users, under their own numbers and at their own times', async () => {
  const load = closed({ users: '4', rampUpMs: '80' });
  const world = await new UserWorld(group([http('A')], { load }), { worker: 1, workers: 2 }).run();
  assert.deepEqual(
    world.samples.map(({ user, startedAt }) => [user, startedAt]),
    [
      ['Group 1-2', 20],
      ['Group 1-4', 60],
    ],
  );
});

test('groups are numbered among those of their kind', async () => {
  const first = group([http('A')], { name: 'Second' });
  const setUp = group([http('A')], { name: 'First', kind: 'setUp' });
  const world = new UserWorld(plan([first, setUp]));
  assert.equal((await world.run()).samples[0]?.user, 'Second 1-1');
});

test('when the time is over requests in flight end, and nothing new begins', async () => {
  const load = closed({ loops: undefined, durationMs: '100' });
  const world = await new UserWorld(group([http('A')], { load }), slow(30)).run();
  assert.deepEqual(startsOf(world), [0, 30, 60, 90]);
  assert.ok(world.samples.every(({ success }) => success));
});

test('a user whose wait would last beyond the end ends at once', async () => {
  const load = closed({ loops: undefined, durationMs: '100', delayMs: '50' });
  const world = new UserWorld(group([http('A'), pause('90')], { load }), slow(5));
  await world.run();
  assert.deepEqual(startsOf(world), [50, 145]);
  assert.ok(world.clock.now() < 200);
});

test('duration and loops: whichever is first', async () => {
  const load = closed({ loops: '2', durationMs: '100000' });
  const world = await new UserWorld(group([http('A')], { load }), slow(30)).run();
  assert.equal(world.samples.length, 2);
});

test('iterations without a request leave the process its turns, and end with the time', async () => {
  const never = controller(
    { type: 'if', condition: 'no', isExpression: true, evaluateForEach: false },
    http('A'),
  );
  const endless = controller({ type: 'loop' }, never);
  for (const steps of [[never], [endless], []]) {
    const load = closed({ loops: undefined, durationMs: '20' });
    assert.equal((await new UserWorld(group(steps, { load })).run()).labels, '');
  }
});

test('samples say how many users there were', async () => {
  const load = closed({ users: '3', rampUpMs: '30', loops: '2' });
  const world = await new UserWorld(group([http('A')], { load }), { ...slow(15), allUsers: () => 77 }).run();
  assert.deepEqual(
    world.samples.map(({ groupUsers, allUsers }) => [groupUsers, allUsers]),
    [2, 3, 3, 2, 2, 1].map((users) => [users, 77]),
  );
});

test('a graceful stop lets requests in flight end and wakes who waits', async () => {
  const steps = [http('A'), pause('1000000'), http('B')];
  const load = closed({ users: '2', rampUpMs: '20', loops: undefined });
  const world = new UserWorld(group(steps, { load }), slow(20));
  await world.run((now) => now === 25 && world.runner.stop('gracefully'));
  assert.equal(world.labels, 'A A');
  assert.ok(world.samples.every(({ success, isCut }) => success && !isCut));
  assert.equal(world.clock.now(), 30);
  assert.deepEqual([world.runner.users, world.runner.inFlight], [0, 0]);
});

test('a stop at once cuts requests in flight, and their samples say so', async () => {
  const load = closed({ users: '2', loops: undefined });
  const world = new UserWorld(group([http('A'), http('B')], { load }), slow(1_000));
  await world.run((now) => now === 30 && world.runner.stop('now'));
  assert.deepEqual(
    world.samples.map(({ label, isCut, success, elapsedMs }) => [label, isCut, success, elapsedMs]),
    [
      ['A', true, false, 30],
      ['A', true, false, 30],
    ],
  );
});

test('users that have yet to start when it is stopped never do', async () => {
  const load = closed({ users: '10', rampUpMs: '1000', loops: undefined });
  const world = new UserWorld(group([http('A')], { load }), slow(10));
  await world.run((now) => now === 150 && world.runner.stop('gracefully'));
  assert.equal(world.clients.size, 2);
});

test('stopped before it runs it does nothing', async () => {
  const world = new UserWorld(group([http('A')]));
  world.runner.stop('now');
  assert.equal((await world.run()).labels, '');
});

test('in the open model iterations begin at their times, however long answers take', async () => {
  const world = await new UserWorld(group([http('A')], { load: open(100, 50) }), slow(35)).run();
  assert.deepEqual(startsOf(world), [0, 10, 20, 30, 40]);
  assert.deepEqual(
    world.samples.map(({ dueAt }) => dueAt),
    [0, 10, 20, 30, 40],
  );
  assert.equal(world.clients.size, 4);
});

test('only the first request of an iteration has a time at which it was due; a pause before it moves that', async () => {
  const steps = [pause('5'), http('A', { timers: [{ type: 'constant', delayMs: '3' }] }), http('B')];
  const world = await new UserWorld(group(steps, { load: open(100, 20) }), slow(1)).run();
  assert.deepEqual(
    world.samples.map(({ label, dueAt }) => [label, dueAt]),
    [
      ['A', 8],
      ['B', undefined],
      ['A', 18],
      ['B', undefined],
    ],
  );
});

test('iterations that nobody is free for are dropped and counted', async () => {
  const load = open(100, 100, { maxUsers: 2 });
  const world = await new UserWorld(group([http('A')], { load }), slow(25)).run();
  assert.deepEqual(startsOf(world), [0, 10, 30, 40, 60, 70, 90]);
  assert.equal(world.runner.dropped, 3);
});

test('workers share arrivals and users; one that has no user leaves its arrivals to the others', async () => {
  const load = open(100, 60, { maxUsers: 2 });
  const of = (worker: number) =>
    new UserWorld(group([http('A')], { load }), { ...slow(5), worker, workers: 3 }).run();
  const [first, second, third] = [await of(0), await of(1), await of(2)];
  assert.deepEqual([startsOf(first), startsOf(second), startsOf(third)], [[0, 20, 40], [10, 30, 50], []]);
  assert.deepEqual([first.samples[0]?.user, second.samples[0]?.user], ['Group 1-1', 'Group 1-2']);
});

test('an open group can be stopped, and what has not come is not dropped', async () => {
  const world = new UserWorld(group([http('A')], { load: open(100, 10_000) }), slow(15));
  await world.run((now) => now === 25 && world.runner.stop('gracefully'));
  assert.deepEqual(startsOf(world), [0, 10, 20]);
  assert.equal(world.runner.dropped, 0);
});

test('what is sent late is told, and is due when it was', async () => {
  const late = new UserWorld(group([http('A')], { load: open(100, 30) }), slow(1));
  const { clock } = late;
  clock.at = (time, fn) => clock.fake.after(time - clock.now() + 7, fn);
  await late.run();
  assert.deepEqual(late.lags, [7, 7, 7]);
  assert.deepEqual(
    late.samples.map(({ dueAt, startedAt }) => [dueAt, startedAt]),
    [
      [0, 7],
      [10, 17],
      [20, 27],
    ],
  );
});

test('each iteration has a row, numbers that go on, and parameters of its user', async () => {
  const counter: Counter = {
    ...{ id: 'c', start: '8', end: '10', step: '1', format: '000', variable: 'n' },
    ...{ perUser: false, resetOnIteration: false },
  };
  const whole = group([http('${csv} ${n} ${who}')], {
    ...{ load: closed({ users: '2', loops: '2' }), dataFiles: ['rows'], counters: [counter] },
    userParameters: [
      { perIteration: true, sets: [[{ name: 'who', value: 'a-${n}' }], [{ name: 'who', value: 'b-${n}' }]] },
    ],
  });
  const dataFile = { id: 'rows', variables: ['csv', 'user'], atEnd: 'recycle' };
  const world = new UserWorld(plan([whole], { dataFiles: [dataFile as never] }));
  const labels = (await world.run()).samples.map(({ label }) => label).sort();
  assert.deepEqual(labels, ['rows1 008 a-008', 'rows2 009 b-009', 'rows3 010 a-010', 'rows4 008 b-008']);
});

test('parameters that are not per iteration are set anew before each request', async () => {
  const counting: Assertion[] = [];
  const count = controller(
    { type: 'foreach', input: 'x', output: 'now', separator: true },
    http('${seen}', { assertions: counting }),
  );
  const whole = group([count], {
    userParameters: [{ perIteration: false, sets: [[{ name: 'seen', value: '${now}' }]] }],
  });
  const variables = ['1', '2'].map((value) => ({ name: `x_${value}`, value }));
  assert.equal((await new UserWorld(plan([whole], { variables })).run()).labels, '1 2');
});

test('a data file that is over ends its users, or says so', async () => {
  const run = async (atEnd: string) => {
    const whole = group([http('${csv}')], { dataFiles: ['rows'], load: closed({ loops: '3' }) });
    const dataFile = { id: 'rows', variables: ['csv'], atEnd };
    const base = new UserWorld([]).shared();
    let rows = 0;
    const shared = { ...base, row: () => (++rows > 1 ? ('end' as const) : Promise.resolve(['first'])) };
    return (await new UserWorld(plan([whole], { dataFiles: [dataFile as never] }), { shared }).run()).labels;
  };
  assert.equal(await run('stop'), 'first');
  assert.equal(await run('eof'), 'first <EOF> <EOF>');
});

test('what breaks ends the run with it, and with all of its users', async () => {
  const whole = group([http('A'), http('B')], {
    dataFiles: ['rows'],
    load: closed({ users: '3', rampUpMs: '30' }),
  });
  const shared = {
    ...new UserWorld([]).shared(),
    row: () => Promise.reject(new Error('cannot read rows.csv')),
  };
  const dataFile = { id: 'rows', variables: ['csv'], atEnd: 'recycle' };
  const world = new UserWorld(plan([whole], { dataFiles: [dataFile as never] }), { shared });
  await assert.rejects(world.run(), /cannot read rows\.csv/);
  assert.equal(world.runner.users, 0);
});

test('connections, cookies and caches are told of each iteration but the first', async () => {
  for (const steps of [[http('A')], [http('A'), http('B')]]) {
    const whole = group(steps, { sameUser: false, load: closed({ loops: '3' }) });
    const world = await new UserWorld(whole).run();
    assert.deepEqual(world.iterations, ['Group 1-1 false', 'Group 1-1 false']);
  }
});

test('an answer out of the cache is no sample', async () => {
  for (const steps of [[http('A')], [http('A'), http('B')]]) {
    const cached = steps.map((step) => ({ ...step, request: { ...step.request, cache: 'c' } }));
    const world = new UserWorld(group(cached), { script: () => ({ isCached: true }) });
    assert.equal((await world.run()).labels, '');
    assert.deepEqual(world.lags, []);
  }
});

test('request and answer are kept where they are wanted; after the first refusal nobody asks for good ones', async () => {
  const asked: [string, boolean][] = [];
  let keptOnes = 1;
  const keepDetail = (label: string, success: boolean) => {
    asked.push([label, success]);
    return !success || keptOnes-- > 0;
  };
  const script = (_: unknown, { number }: { number: number }) => ({ status: number === 4 ? 503 : 200 });
  const load = closed({ loops: '5' });
  const world = await new UserWorld(group([http('A')], { load }), { script, keepDetail }).run();
  assert.deepEqual(asked, [
    ['A', true],
    ['A', true],
    ['A', false],
  ]);
  assert.deepEqual(
    world.samples.map(({ detail }) => detail !== undefined),
    [true, false, false, true, false],
  );
  assert.equal(world.samples[0]?.detail?.request, 'GET /A');
});

test('the plain path and the other one make the same samples', async () => {
  const status: Assertion = { type: 'status', name: 'good', expected: ['2xx', '404'] };
  const script = (_: unknown, { number }: { number: number }) => ({
    status: [200, 404, 500][number % 3] as number,
  });
  const run = async (more: Partial<Group>) => {
    const whole = group([http('A', { assertions: [status] })], { load: closed({ loops: '6' }), ...more });
    return (await new UserWorld(whole, { script }).run()).samples;
  };
  const parameters = [{ perIteration: false, sets: [[{ name: 'x', value: '1' }]] }];
  const plain = await run({});
  assert.deepEqual(plain, await run({ userParameters: parameters }));
  assert.deepEqual(
    plain.map(({ success }) => success),
    [true, false, true, true, false, true],
  );
});

test('what a failure breaks off is the same for one step and for several', async () => {
  for (const [what, labels] of [
    ['user', 'A'],
    ['loop-break', 'A'],
    ['loop', 'A A A'],
    ['iteration', 'A A A'],
    ['test', 'A'],
  ] as const) {
    const run = async (...more: Step[]) => {
      const whole = group([http('A', { onFailure: [what] }), ...more], { load: closed({ loops: '3' }) });
      return (await new UserWorld(whole, { script: () => ({ status: 500 }) }).run()).labels;
    };
    assert.deepEqual([await run(), await run(http('B'))], [labels, labels], what);
  }
});

test('each arrival is done or dropped, whatever the answers take', async () => {
  const terms = fc.record({
    rate: fc.integer({ min: 1, max: 300 }),
    maxUsers: fc.integer({ min: 1, max: 6 }),
    elapsed: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1 }),
    arrivals: fc.constantFrom('even' as const, 'poisson' as const),
  });
  await fc.assert(
    fc.asyncProperty(terms, async ({ rate, maxUsers, elapsed, arrivals }) => {
      const load = open(rate, 100, { maxUsers, arrivals });
      const script = (_: unknown, { number }: { number: number }) => ({
        elapsedMs: elapsed[number % elapsed.length] as number,
      });
      const world = await new UserWorld(group([http('A')], { load }), { script }).run();
      const due = [...arrivalTimes(load, { worker: 0, workers: 1, seed: '1 Group' })];
      assert.equal(world.samples.length + world.runner.dropped, due.length);
      assert.ok(world.clients.size <= maxUsers);
      assert.equal(world.lags.length, world.samples.length);
      assert.ok(world.samples.every(({ dueAt }) => due.includes(dueAt as number)));
    }),
    { numRuns: 20 },
  );
});

test('users of the open model whose data are over are not replaced', async () => {
  const base = new UserWorld([]).shared();
  let rows = 0;
  const shared = { ...base, row: () => (++rows > 3 ? ('end' as const) : ['x']) };
  const whole = group([http('A')], { dataFiles: ['rows'], load: open(100, 1_000, { maxUsers: 2 }) });
  const dataFile = { id: 'rows', variables: ['csv'], atEnd: 'stop' };
  const world = new UserWorld(plan([whole], { dataFiles: [dataFile as never] }), { shared });
  await world.run();
  assert.equal(world.labels, 'A A A');
  assert.ok(world.clock.now() < 100);
});
