import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, valueContext } from '../../../tests/support/load/value-world.ts';
import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Extractor } from '../plan/http-step.ts';
import { extract } from './extract.ts';

type Of<Type> = Partial<Extractor & { type: Type }>;

const regex = (pattern: string, more: Of<'regex'> = {}): Extractor => ({
  ...{
    type: 'regex',
    variable: 'v',
    pattern,
    template: '$1$',
    match: '1',
    field: 'body',
    scope: 'main',
    ...more,
  },
});
const boundary = (left: string, right: string, more: Of<'boundary'> = {}): Extractor => ({
  ...{ type: 'boundary', variable: 'v', left, right, match: '1', field: 'body', scope: 'main', ...more },
});
const json = (path: string, more: Of<'json'> = {}): Extractor => ({
  ...{ type: 'json', variable: 'v', path, match: '1', joined: false, scope: 'main', ...more },
});

type Variables = Readonly<Record<string, string>>;

/** The variables behind it. */
async function after(
  extractor: Extractor,
  answer: HttpAnswer | string,
  before: Variables = {},
): Promise<Variables> {
  const context = valueContext(before);
  await extract(extractor, typeof answer === 'string' ? answerOf(answer) : answer, context);
  return Object.fromEntries(context.variables);
}

/** Right: what JMeter 2.13 had in its variables. */
const patterns: readonly (readonly [string, Of<'regex'>, Variables])[] = [
  ['h(.)l', {}, { v: 'e', v_g: '1', v_g0: 'hel', v_g1: 'e' }],
  [
    '(h)(.)(l)',
    { template: '$2$-$3$' },
    { v: 'e-l', v_g: '3', v_g0: 'hel', v_g1: 'h', v_g2: 'e', v_g3: 'l' },
  ],
  ['(l)(x)?', { template: '$1$+$2$' }, { v: 'l+null', v_g: '2', v_g0: 'l', v_g1: 'l' }],
  ['(l)', { match: '9', default: 'D9' }, { v: 'D9' }],
  ['(zz)', {}, {}],
  ['(zz)', { default: '' }, { v: '' }],
  ['h', { template: 'lit' }, { v: 'lit', v_g: '0', v_g0: 'h' }],
  [
    '(l)',
    { match: '-1' },
    {
      v_matchNr: '2',
      v_1: 'l',
      v_1_g: '1',
      v_1_g0: 'l',
      v_1_g1: 'l',
      v_2: 'l',
      v_2_g: '1',
      v_2_g0: 'l',
      v_2_g1: 'l',
    },
  ],
  ['(q)', { match: '-1', default: 'none' }, { v: 'none', v_matchNr: '0' }],
  ['(?s)e(.*)', {}, { v: 'llo', v_g: '1', v_g0: 'ello', v_g1: 'llo' }],
  ['(a', { default: 'D' }, { v: 'D' }],
];

test('patterns put into variables what JMeter puts there', async () => {
  for (const [pattern, more, variables] of patterns) {
    assert.deepEqual(await after(regex(pattern, more), 'hello'), variables, pattern);
  }
});

test('a pattern takes away what it left the last time', async () => {
  const left = {
    v_matchNr: '3',
    v_1: 'a',
    v_2: 'b',
    v_2_g: '1',
    v_2_g0: 'b',
    v_2_g1: 'b',
    v_3: 'c',
    v_g: '1',
    v_g0: 'x',
    v_g1: 'x',
  };
  assert.deepEqual(await after(regex('(h)', { match: '-1' }), 'h', left), {
    ...{ v_matchNr: '1', v_1: 'h', v_1_g: '1', v_1_g0: 'h', v_1_g1: 'h' },
  });
  assert.deepEqual(await after(regex('(zz)'), 'h', { v: 'old', ...left }), { v: 'old' });
  assert.deepEqual(await after(regex('h'), 'h', { v_g: '2', v_g1: 'a', v_g2: 'b' }), {
    v: 'null',
    v_g: '0',
    v_g0: 'h',
  });
});

test('one of the matches by chance', async () => {
  assert.equal((await after(regex('(\\d)', { match: '0' }), '1 2 3')).v, '2');
  assert.equal((await after(boundary('<', '>', { match: '0' }), '<1><2><3>')).v, '2');
  assert.equal((await after(json('$[*]', { match: '0' }), '[1,2,3]')).v, '2');
});

test('fields, variables and values in patterns', async () => {
  const answer = answerOf('&lt;b&gt;', { url: 'http://localhost/a?sid=7' });
  assert.equal((await after(regex('sid=(\\d+)', { field: 'url' }), answer)).v, '7');
  assert.equal((await after(regex('X-Test: (\\w+)', { field: 'response-headers' }), answer)).v, 'yes');
  assert.equal((await after(regex('<(b)>', { field: 'body-unescaped' }), answer)).v, 'b');
  assert.equal((await after(regex('(o.)', { field: { variable: 'in' } }), answer, { in: 'foo!' })).v, 'oo');
  assert.deepEqual(await after(regex('(.)', { field: { variable: 'in' }, default: 'D' }), answer), {
    v: 'D',
  });
  assert.equal((await after(regex('&${name};(.)'), answer, { name: 'lt' })).v, 'b');
});

test('boundaries', async () => {
  const text = 'a[1]b[2]c[';
  const cases: readonly (readonly [Extractor, Variables])[] = [
    [boundary('[', ']'), { v: '1' }],
    [boundary('[', ']', { match: '2' }), { v: '2' }],
    [boundary('[', ']', { match: '3', default: 'D' }), { v: 'D' }],
    [boundary('[', ']', { match: '-1' }), { v_matchNr: '2', v_1: '1', v_2: '2' }],
    [boundary('', '[1'), { v: 'a' }],
    [boundary('c', ''), { v: '[' }],
    [boundary('', ''), { v: text }],
    [boundary('x', ']'), {}],
  ];
  for (const [extractor, variables] of cases) assert.deepEqual(await after(extractor, text), variables);
  const left = { v_matchNr: '3', v_1: 'a', v_2: 'b', v_3: 'c' };
  assert.deepEqual(await after(boundary('[', ']', { match: '-1' }), 'x[y]', left), {
    v_matchNr: '1',
    v_1: 'y',
  });
});

const body = '{"a":[{"b":"x"},{"b":"y"}],"n":5,"big":12345678901234567890,"o":{"p":[1]},"none":null}';
const paths: readonly (readonly [string, Of<'json'>, Variables])[] = [
  ['$.n', {}, { v: '5', v_matchNr: '1' }],
  ['$.n', { match: '0' }, { v: '5' }],
  ['$.n', { match: '7' }, { v: '5', v_matchNr: '1' }],
  ['$.big', { match: '0' }, { v: '12345678901234567890' }],
  ['$.o', { match: '0' }, { v: '{"p":[1]}' }],
  ['$.none', { match: '0' }, { v: '' }],
  ['$.a[*].b', { match: '2' }, { v: 'y', v_matchNr: '2' }],
  ['$.a[*].b', { match: '3', default: 'D' }, { v: 'D', v_matchNr: '2' }],
  ['$.a[*].b', { match: '-1', joined: true }, { v_1: 'x', v_2: 'y', v_ALL: 'x,y', v_matchNr: '2' }],
  ['$.n', { match: '-1', joined: true }, { v_1: '5', v_ALL: '5', v_matchNr: '1' }],
  ['$.nope', { default: 'D', match: '0' }, { v: 'D', v_matchNr: '0' }],
  ['$..nope', { default: '', match: '-1', joined: true }, { v: '', v_ALL: '', v_matchNr: '0' }],
];

test('JSONPaths put into variables what JMeter puts there', async () => {
  for (const [path, more, variables] of paths)
    assert.deepEqual(await after(json(path, more), body), variables, path);
  assert.deepEqual(
    await after(json('$.a', { default: 'D' }), '<html>', { v_matchNr: '2', v_1: 'a', v_2: 'b' }),
    { v: 'D' },
  );
  assert.deepEqual(await after(json('$.a'), '', { v: 'old' }), { v: 'old' });
});

test('redirects are looked through where an extractor says so', async () => {
  const chain = answerOf('three', { redirectedFrom: [answerOf('one'), answerOf('two')] });
  const all = regex('^(.)', { match: '-1', scope: 'sub' });
  const found = await after(all, chain);
  assert.deepEqual([found.v_1, found.v_2, found.v_3, found.v_matchNr], ['o', 't', 't', '3']);
  assert.equal((await after(regex('^(.)', { match: '-1', scope: 'all' }), chain)).v_matchNr, '4');
  assert.equal((await after(boundary('w', '', { scope: 'sub' }), chain)).v, 'o');
  assert.deepEqual(await after(json('$', { scope: 'sub', default: 'D' }), '{}'), { v: 'D' });
});
