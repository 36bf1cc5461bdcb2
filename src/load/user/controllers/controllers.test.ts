// What is done in which order, worked out by hand from JMeter's description and behaviour of each controller.

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
import type { Stop } from '../../plan/http-step.ts';
import type { Step } from '../../plan/plan.ts';

const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((name) => http(name)) as [Step, Step, Step, Step];
const fails =
  (...targets: string[]): Script =>
  ({ target }) => ({ status: targets.includes(target) ? 500 : 200 });

/** Labels of all samples of one user; requests in `failing` fail. */
async function labels(
  steps: readonly Step[],
  { loops = 1, script = fails() }: { loops?: number; script?: Script } = {},
): Promise<string> {
  const world = new UserWorld(group(steps, { load: closed({ loops: String(loops) }) }), { script });
  return (await world.run()).labels;
}

const stop = (what: (Step & { type: 'stop' })['what']): Step => ({ type: 'stop', name: what, what });
const loop = (count: string | undefined, ...steps: Step[]) =>
  controller(count === undefined ? { type: 'loop' } : { type: 'loop', count }, ...steps);
const simple = (...steps: Step[]) => controller({ type: 'simple' }, ...steps);
const once = (...steps: Step[]) => controller({ type: 'once' }, ...steps);
const interleave = (ignoreSubControllers: boolean, ...steps: Step[]) =>
  controller({ type: 'interleave', ignoreSubControllers, acrossUsers: false }, ...steps);
const condition = (text: string, ...steps: Step[]) =>
  controller({ type: 'if', condition: text, isExpression: true, evaluateForEach: false }, ...steps);

const table: readonly [name: string, steps: readonly Step[], loops: number, expected: string][] = [
  ['steps in order, again and again', [a, simple(b, c), d], 2, 'A B C D A B C D'],
  ['a loop', [a, loop('3', b), c], 1, 'A B B B C'],
  ['a loop of none', [a, loop('0', b), c], 2, 'A C A C'],
  ['a loop whose count is no number', [a, loop('x', b), c], 1, 'A C'],
  ['a loop in a loop', [loop('2', a, loop('2', b))], 1, 'A B B A B B'],
  ['once only, among the steps of the group', [once(a), b], 3, 'A B B B'],
  ['once only in a loop: whenever that begins', [loop('2', once(a), b)], 2, 'A B B A B B'],
  ['once only in a simple controller: once for the user', [loop('2', simple(once(a), b))], 2, 'A B B B B'],
  ['interleave of requests', [interleave(false, a, b, c), d], 4, 'A D B D C D A D'],
  ['interleave of one', [interleave(false, a)], 3, 'A A A'],
  ['interleave of none', [interleave(false), a], 2, 'A A'],
  ['interleave of blocks', [interleave(false, simple(a, b), simple(c, d))], 3, 'A B C D A B'],
  ['interleave that ignores blocks', [interleave(true, simple(a, b), c)], 5, 'A C B C A'],
  [
    'interleave passes over what has nothing to do',
    [interleave(false, condition('false', a), b), c],
    2,
    'B C B C',
  ],
  [
    'interleave that ignores blocks, of which one is empty',
    [interleave(true, condition('false', a), b)],
    2,
    'B B',
  ],
  ['interleave in a loop', [loop('3', interleave(false, a, b))], 2, 'A B A B A B'],
  ['an if that is true', [condition('true', a, b), c], 1, 'A B C'],
  ['an if that is not', [condition('', a), condition('1', b), condition('TRUE', c)], 1, 'C'],
  ['the end of an iteration', [a, stop('iteration'), b], 2, 'A A'],
  [
    'the end of an iteration from within loops',
    [loop('2', a, loop('2', b, stop('iteration')))],
    2,
    'A B A B',
  ],
  ['the next passage of a loop', [loop('2', a, stop('loop'), b), c], 1, 'A A C'],
  ['the next passage without a loop: of the group', [a, stop('loop'), b], 2, 'A A'],
  ['a loop broken off', [loop('2', a, stop('loop-break'), b), c], 2, 'A C A C'],
  ['only the inner loop is broken off', [loop('2', loop('3', a, stop('loop-break')), b)], 1, 'A B A B'],
  ['without a loop the user ends', [a, stop('loop-break'), b], 3, 'A'],
  ['the end of the user', [a, stop('user'), b], 3, 'A'],
  [
    'a loop of none in an endless one that is broken off',
    [loop(undefined, loop('0', a), b, stop('loop-break'))],
    1,
    'B',
  ],
];

for (const [name, steps, loops, expected] of table) {
  test(name, async () => assert.equal(await labels(steps, { loops }), expected));
}

test('a while without a condition goes on until the last sample of a passage fails', async () => {
  const until = controller({ type: 'while', condition: '' }, a, b);
  let passages = 0;
  const third: Script = ({ target }) => ({ status: target === '/B' && ++passages === 3 ? 500 : 200 });
  assert.equal(await labels([until, c], { script: third }), 'A B A B A B C');
  assert.equal(await labels([d, until], { script: fails('/D', '/B') }), 'D A B');
});

test('a while with LAST is not begun either when the sample before it failed', async () => {
  const last = controller({ type: 'while', condition: 'LAST' }, a, b);
  assert.equal(await labels([c, last, d], { script: fails('/B') }), 'C A B D');
  assert.equal(await labels([c, last, d], { script: fails('/C') }), 'C D');
});

test('a while goes on with whatever is not false', async () => {
  const whole = group([controller({ type: 'while', condition: '${more}' }, extracting('A', 'more'))]);
  const words = ['yes', '', 'FALSE', 'never'];
  const world = new UserWorld(whole, { script: () => ({ body: words.shift() ?? '' }) });
  await world.run();
  // Empty means that the sample before is looked at, which was good.
  assert.equal(world.labels, 'A A A');
});

function extracting(name: string, variable: string): Step {
  return http(name, {
    extractors: [
      { type: 'regex', variable, pattern: '(.*)', template: '$1$', match: '1', field: 'body', scope: 'main' },
    ],
  });
}

test('interleave across users begins at another step for each of them', async () => {
  const across = controller({ type: 'interleave', ignoreSubControllers: false, acrossUsers: true }, a, b, c);
  const load = closed({ users: '4', loops: '2' });
  const { samples } = await new UserWorld(group([across], { load })).run();
  const of = (user: number) =>
    samples.filter((one) => one.user.endsWith(`-${user}`)).map(({ label }) => label);
  assert.deepEqual([of(1), of(2), of(3), of(4)].join(' '), 'A,B B,C C,A A,B');
});

test('a switch does the step that its value names, by number or by name', async () => {
  const named = (name: string, ...steps: Step[]) => ({ ...simple(...steps), name });
  const by = (value: string, ...more: Step[]) =>
    labels([controller({ type: 'switch', value }, a, named('block', b, c), ...more)]);
  assert.deepEqual([await by('0'), await by('1'), await by('7'), await by('')], ['A', 'B C', 'A', 'A']);
  assert.deepEqual([await by('A'), await by('block'), await by('a'), await by('-1')], ['A', 'B C', '', '']);
  assert.equal(await by('other', named('DEFAULT', d)), 'D');
});

test('a runtime controller goes on until its time is over, and ends between two requests', async () => {
  const script: Script = () => ({ elapsedMs: 10 });
  const run = (ms: string) => labels([controller({ type: 'runtime', ms }, a, b), c], { script });
  assert.deepEqual(
    [await run('25'), await run('40'), await run('0'), await run('x')],
    ['A B A C', 'A B A B C', 'C', 'C'],
  );
  const nothing = condition('no', a);
  assert.equal(await labels([controller({ type: 'runtime', ms: '5' }, nothing), c]), 'C');
});

test('parameters of a controller are set with each of its passages', async () => {
  const sets = [[{ name: 'v', value: '${__counter(FALSE)}' }]];
  const parameters = [{ perIteration: true, sets }];
  const each = { ...loop('2', http('L${v}'), http('M${v}')), userParameters: parameters };
  assert.equal(await labels([each], { loops: 2 }), 'L1 M1 L2 M2 L3 M3 L4 M4');
});

test('an if is looked at once, or before each request in it', async () => {
  const inside = [extracting('A', 'go'), b, c] as const;
  for (const [evaluateForEach, expected] of [
    [false, 'S A B C'],
    [true, 'S A'],
  ] as const) {
    const terms = { type: 'if', condition: '${go}', isExpression: true, evaluateForEach } as const;
    const script: Script = ({ target }) => ({ body: target === '/S' ? 'true' : 'false' });
    assert.equal(await labels([extracting('S', 'go'), controller(terms, ...inside)], { script }), expected);
  }
});

test('a condition that is no expression is a comparison', async () => {
  const compare = (text: string) =>
    controller({ type: 'if', condition: text, isExpression: false, evaluateForEach: false }, a);
  assert.equal(await labels([compare('"x" == "x"'), compare('1 > 2'), compare('${unknown} > 0')]), 'A');
});

test('foreach goes through variables with numbers up to the first that is missing', async () => {
  const whole = (terms: { separator: boolean; from?: string; to?: string }) => {
    const each = controller({ type: 'foreach', input: 'v', output: 'o', ...terms }, http('${o}'));
    const names = ['v_1', 'v_2', 'v_3', 'v_5', 'v1', 'v2'];
    const variables = names.map((name) => ({ name, value: `is-${name}` }));
    return new UserWorld(plan([group([each])], { variables }));
  };
  assert.equal((await whole({ separator: true }).run()).labels, 'is-v_1 is-v_2 is-v_3');
  assert.equal((await whole({ separator: false }).run()).labels, 'is-v1 is-v2');
  assert.equal((await whole({ separator: true, from: '1', to: '2' }).run()).labels, 'is-v_2');
  assert.equal((await whole({ separator: true, from: '3' }).run()).labels, '');
});

test('a random controller does one of its steps, each about as often', async () => {
  const random = controller(
    { type: 'random', ignoreSubControllers: false },
    a,
    simple(b, c),
    condition('false', d),
  );
  const world = new UserWorld(group([random], { load: closed({ loops: '600' }) }), { random: Math.random });
  const done = (await world.run()).labels.split(' ');
  const share = done.filter((label) => label === 'A').length / 600;
  assert.ok(share > 0.4 && share < 0.6, `A in ${share} of the passages`);
  assert.equal(done.filter((label) => label === 'B').length, done.filter((label) => label === 'C').length);
});

test('a random order controller does all of its steps, in all orders', async () => {
  const world = new UserWorld(
    group([controller({ type: 'random-order' }, a, b, c)], { load: closed({ loops: '300' }) }),
    { random: Math.random },
  );
  const done = (await world.run()).labels.match(/\w \w \w/g) ?? [];
  assert.equal(done.length, 300);
  assert.deepEqual([...new Set(done)].sort(), ['A B C', 'A C B', 'B A C', 'B C A', 'C A B', 'C B A']);
});

test('a throughput controller runs in its share of the iterations, spread evenly', async () => {
  const share = (value: string, perUser: boolean) =>
    controller({ type: 'throughput', mode: 'percent', value, perUser, id: 't' }, a);
  for (const perUser of [true, false]) {
    assert.equal(await labels([share('50', perUser), b], { loops: 4 }), 'B A B B A B');
    assert.equal(await labels([share('0', perUser), b], { loops: 3 }), 'B B B');
    assert.equal(await labels([share('100', perUser), b], { loops: 3 }), 'A B A B A B');
  }
});

test('a throughput controller counts passages that do not come to it', async () => {
  const every = controller({ type: 'throughput', mode: 'percent', value: '50', perUser: true, id: 't' }, a);
  assert.equal(await labels([interleave(false, every, b)], { loops: 6 }), 'B A B A B A');
});

test('a throughput controller of a total runs so often, for each user or for all of them', async () => {
  for (const [perUser, expected] of [
    [true, 4],
    [false, 2],
  ] as const) {
    const total = controller({ type: 'throughput', mode: 'total', value: '2', perUser, id: 't' }, a);
    const world = new UserWorld(group([total, b], { load: closed({ users: '2', loops: '3' }) }));
    await world.run();
    assert.equal(world.samples.filter(({ label }) => label === 'A').length, expected);
    assert.equal(world.samples.filter(({ label }) => label === 'B').length, 6);
  }
});

test('a failed request ends what it says itself, besides what the group says', async () => {
  const failing = (...onFailure: Stop[]) => http('B', { onFailure });
  for (const [what, expected, stops] of [
    [['iteration'], 'A B A B', ''],
    [['loop'], 'A B B D A B B D', ''],
    [['loop-break'], 'A B D A B D', ''],
    [['user'], 'A B', ''],
    [['test'], 'A B', 'gracefully'],
    [['test-now'], 'A B', 'now'],
    [['loop', 'user'], 'A B', ''],
  ] as const) {
    const whole = group([a, loop('2', failing(...what), c), d], { load: closed({ loops: '2' }) });
    const world = await new UserWorld(whole, { script: fails('/B') }).run();
    assert.deepEqual([world.labels, world.stops.join()], [expected, stops], what.join());
  }
  assert.equal(await labels([http('A', { onFailure: ['user'] })], { loops: 3, script: fails('/A') }), 'A');
  assert.equal(await labels([http('A', { onFailure: ['user'] })], { loops: 2 }), 'A A');
});

test('what a failed request ends is as the group says', async () => {
  const steps = [a, loop('2', b, c), d];
  for (const [onError, expected, stops] of [
    ['continue', 'A B C B C D A B C B C D', ''],
    ['next-iteration', 'A B A B', ''],
    ['stop-user', 'A B', ''],
    ['stop-test', 'A B', 'gracefully'],
    ['stop-test-now', 'A B', 'now'],
  ] as const) {
    const whole = group(steps, { onError, load: closed({ loops: '2' }) });
    const world = await new UserWorld(whole, { script: fails('/B') }).run();
    assert.deepEqual([world.labels, world.stops.join()], [expected, stops], onError);
  }
});
