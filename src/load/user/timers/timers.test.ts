import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closed, group, http, UserWorld } from '../../../../tests/support/load/user-world.ts';
import type { Timer } from '../../plan/http-step.ts';
import type { ClosedLoad } from '../../plan/plan.ts';
import { gaussian } from './gaussian.ts';
import { poisson } from './poisson.ts';

const constant = (delayMs: string): Timer => ({ type: 'constant', delayMs });
const throughput = (perMinute: string, of: (Timer & { type: 'throughput' })['of'] = 'this-user'): Timer => ({
  ...{ type: 'throughput', id: 't', perMinute, of },
});

function world(timers: readonly Timer[], more: Partial<ClosedLoad> = {}, elapsedMs = 10): UserWorld {
  const load = closed({ loops: '4', ...more });
  return new UserWorld(group([http('A', { timers })], { load }), { script: () => ({ elapsedMs }) });
}

const startsOf = ({ samples }: UserWorld) => samples.map(({ startedAt }) => startedAt);

test('delays add up, and count from the end of the request before', async () => {
  const done = await world([constant('30'), constant('20'), constant('nothing')]).run();
  assert.deepEqual(startsOf(done), [50, 110, 170, 230]);
  assert.ok(done.samples.every(({ dueAt }) => dueAt === undefined));
});

test('uniform, gaussian and poisson timers delay by their constant part and something by chance', async () => {
  for (const timer of [
    { type: 'uniform', delayMs: '100', rangeMs: '50' },
    { type: 'gaussian', delayMs: '100', deviationMs: '0' },
    { type: 'poisson', delayMs: '100', lambdaMs: '0' },
  ] as const) {
    const starts = startsOf(await world([timer], { loops: '1' }).run());
    assert.ok((starts[0] as number) >= 100 && (starts[0] as number) <= 151, `${timer.type}: ${starts}`);
  }
});

test('a throughput timer keeps its rate, and samples know when they were due', async () => {
  const done = await world([throughput('600')]).run();
  assert.deepEqual(startsOf(done), [0, 100, 200, 300]);
  assert.deepEqual(
    done.samples.map(({ dueAt }) => dueAt),
    [0, 100, 200, 300],
  );
});

test('what waits for a late answer stays due when it was, and the rate is caught up with', async () => {
  const load = closed({ loops: '5' });
  const slowFirst = new UserWorld(group([http('A', { timers: [throughput('600')] })], { load }), {
    script: (_, { number }) => ({ elapsedMs: number === 1 ? 250 : 10 }),
  });
  const done = await slowFirst.run();
  assert.deepEqual(startsOf(done), [0, 250, 260, 300, 400]);
  assert.deepEqual(
    done.samples.map(({ dueAt }) => dueAt),
    [0, 100, 200, 300, 400],
  );
  // The server was slow, not the generator.
  assert.ok(done.lags.every((lag) => lag <= 1));
});

test('a rate for all users is shared by them: each has its own part of it, or all have one schedule', async () => {
  for (const [of, expected] of [
    ['all-users', [0, 0, 200, 200]],
    ['all-users-of-group', [0, 0, 200, 200]],
    ['all-users-shared', [0, 100, 200, 300]],
    ['all-users-of-group-shared', [0, 100, 200, 300]],
  ] as const) {
    const done = await world([throughput('600', of)], { users: '2', loops: '2' }).run();
    assert.deepEqual(
      startsOf(done).sort((a, b) => a - b),
      expected,
      of,
    );
  }
});

test('a rate of nothing is no rate', async () => {
  assert.deepEqual(startsOf(await world([throughput('0')]).run()), [0, 10, 20, 30]);
});

test('users meet at a synchronizing timer, all of the group if it does not say how many', async () => {
  for (const users of ['3', '0']) {
    const met: [string, number, number][] = [];
    let meet = () => {};
    const together = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const timer: Timer = { type: 'synchronizing', id: 's', users, timeoutMs: '500' };
    const load = closed({ users: '3', rampUpMs: '30', loops: '1' });
    const started = new UserWorld(group([http('A', { timers: [timer, constant('5')] })], { load }));
    const shared = {
      ...started.shared(),
      meet: (name: string, count: number, timeoutMs: number) => {
        met.push([name, count, timeoutMs]);
        if (met.length === count) meet();
        return together;
      },
    };
    const done = await new UserWorld(group([http('A', { timers: [timer, constant('5')] })], { load }), {
      shared,
    }).run();
    assert.deepEqual(startsOf(done), [25, 25, 25]);
    assert.deepEqual(met[0]?.slice(1), [3, 500]);
  }
});

for (const mean of [0.5, 8, 40, 1_000]) {
  test(`poisson distributed numbers around ${mean} have that mean, and it as their variance`, () => {
    const { average, variance } = momentsOf(() => poisson(mean, Math.random));
    assert.ok(Math.abs(average - mean) < 8 * Math.sqrt(mean / draws), `mean ${average}`);
    assert.ok(Math.abs(variance / mean - 1) < 0.2, `variance ${variance}`);
  });
}

test('gaussian numbers have mean 0 and variance 1', () => {
  const { average, variance } = momentsOf(() => gaussian(Math.random));
  assert.ok(Math.abs(average) < 8 / Math.sqrt(draws) && Math.abs(variance - 1) < 0.1);
});

const draws = 20_000;

function momentsOf(draw: () => number): { average: number; variance: number } {
  const numbers = Array.from({ length: draws }, draw);
  const average = numbers.reduce((sum, one) => sum + one, 0) / draws;
  return { average, variance: numbers.reduce((sum, one) => sum + (one - average) ** 2, 0) / draws };
}
