import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closed,
  controller,
  group,
  http,
  plan,
  type Script,
  UserWorld,
} from '../../../../tests/support/load/user-world.ts';
import type { ClosedLoad, Step } from '../../plan/plan.ts';

const [a, b, c] = ['A', 'B', 'C'].map((name) => http(name)) as [Step, Step, Step];
const stop = (what: (Step & { type: 'stop' })['what']): Step => ({ type: 'stop', name: what, what });

const section = (lock: string, ...steps: Step[]) => controller({ type: 'critical-section', lock }, ...steps);

/** How many of a label were under way at once, at most. */
function together({ samples }: UserWorld, ...labels: string[]): number {
  const of = samples.filter(({ label }) => labels.includes(label));
  const at = (time: number) =>
    of.filter(({ startedAt, elapsedMs }) => startedAt <= time && time < startedAt + elapsedMs).length;
  return Math.max(...of.map(({ startedAt }) => at(startedAt)));
}

test('users are alone in a critical section, and in all others with the same lock', async () => {
  const steps = [section('x', a), section('${empty}x', section('x', b)), section('', c)];
  const whole = plan([group(steps, { load: closed({ users: '5', loops: '2' }) })], {
    variables: [{ name: 'empty', value: '' }],
  });
  const world = await new UserWorld(whole, {
    script: ({ target }) => ({ elapsedMs: target === '/C' ? 50 : 10 }),
  }).run();
  assert.equal(world.samples.length, 30);
  assert.equal(together(world, 'A', 'B'), 1);
  assert.ok(together(world, 'C') > 1);
  // That others were there is not the generator's slowness.
  assert.ok(
    world.lags.every((lag) => lag <= 1),
    world.lags.join(),
  );
});

const condition = '${JMeterThread.last_sample_ok}';
const ifEach = { type: 'if', condition, isExpression: true, evaluateForEach: true } as const;
const oneEach = { type: 'interleave', ignoreSubControllers: true, acrossUsers: false } as const;

test('a critical section is left by whoever ends in it, or in a wait for it', async () => {
  const left = async (steps: readonly Step[], more: Partial<ClosedLoad>, script: Script = () => ({})) => {
    const world = new UserWorld(group(steps, { load: closed({ users: '3', ...more }) }), { script });
    return (await world.run()).labels;
  };
  assert.equal(await left([section('x', a, stop('user'), b)], {}), 'A A A');
  assert.equal(await left([section('x', a, stop('iteration'))], { loops: '2' }), 'A A A A A A');
  // An interleave leaves the section standing in the middle.
  assert.equal(await left([controller(oneEach, section('x', a, b))], {}), 'A A A');
  const slow: Script = () => ({ elapsedMs: 20 });
  assert.equal(await left([section('x', a)], { durationMs: '30', loops: '-1' }, slow), 'A A');
});

for (const [name, steps] of [
  ['a runtime', [controller({ type: 'runtime', ms: '5' }, section('x', a, b))]],
  ['an if', [http('D'), controller(ifEach, section('x', c, a))]],
] as const) {
  test(`a critical section is left by ${name} around it that goes no further`, async () => {
    const load = closed({ users: '2', loops: '-1', durationMs: '400' });
    const script: Script = ({ target }) => ({ elapsedMs: 10, status: target === '/C' ? 500 : 200 });
    const { samples } = await new UserWorld(group(steps, { load }), { script }).run();
    const users = Map.groupBy(samples, ({ user }) => user);
    const counts = [...users.values()].map(({ length }) => length);
    assert.equal(counts.length, 2);
    assert.ok(Math.min(...counts) > 10, counts.join());
  });
}
