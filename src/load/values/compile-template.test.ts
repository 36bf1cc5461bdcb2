import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valueContext, valueOfText } from '../../../tests/support/load/value-world.ts';
import { compileTemplate } from './compile-template.ts';

const variables = { x: '5', y: 'a b', A_1: 'one', t: '${x}!' };

/** Left: as it stands in a plan; right: what JMeter 2.13 sent for it. */
const asInJmeter: readonly (readonly [template: string, value: string])[] = [
  ['${x}', '5'],
  ['a\\,b', 'a\\,b'],
  ['a\\,b${x}', 'a,b5'],
  ['\\${x}', '\\${x}'],
  ['\\${x}${x}', '${x}5'],
  ['\\\\${x}', '\\5'],
  ['\\d${x}', '\\d5'],
  ['\\$${x}', '$5'],
  ['${undefined}', '${undefined}'],
  ['${__foo(1)}', '${__foo(1)}'],
  ['${__foo(${x},1)}', '${__foo(${x},1)}'],
  ['a${b', 'ab'],
  ['${b', '${b'],
  ['$ {x}', '$ {x}'],
  ['$${x}', '$5'],
  ['{x}$', '{x}$'],
  ['${}', '${}'],
  ['${__V(A_${__intSum(0,1)})}', 'one'],
  ['${__eval(a\\,b)}', 'a,b'],
  ['(${__intSum(1,2)})', '(3)'],
  ['${__threadNum}${__threadNum()}', '33'],
];

test('templates are read as JMeter reads them', () => {
  for (const [template, value] of asInJmeter) {
    assert.equal(valueOfText(template, valueContext(variables)), value, template);
  }
});

test('what never changes is known to be constant', () => {
  for (const text of ['', 'plain', 'a\\,b', '$1', '${open', '{x}']) {
    assert.equal(compileTemplate(text).isConstant, true, text);
  }
  for (const text of ['${x}', '${__UUID}', 'a${x}b'])
    assert.equal(compileTemplate(text).isConstant, false, text);
});

test('any text without a reference is constant, and itself', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('${')),
      (text) => {
        assert.equal(valueOfText(text), text);
        assert.equal(compileTemplate(text).isConstant, true);
      },
    ),
  );
});

test('no text breaks the reader', () => {
  const piece = fc.constantFrom(
    '${',
    '}',
    '(',
    ')',
    ',',
    '\\',
    '$',
    '__V',
    '__intSum',
    '__UUID',
    'x',
    ' ',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      assert.equal(typeof valueOfText(pieces.join(''), valueContext(variables)), 'string');
    }),
    { numRuns: 500 },
  );
});

test('values that texts are made of come out as they are, whatever is in them', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const context = valueContext({ one, other });
      assert.equal(valueOfText('${one}-${__V(other)}', context), `${one}-${other}`);
    }),
  );
});

test('a call that cannot be carried out stays as it is written', () => {
  for (const call of ['${__Random(a,b)}', '${__Random(1)}', '${__Random(5,1)}', '${__digest(NONE,x)}']) {
    assert.equal(valueOfText(`<${call}>`), `<${call}>`);
  }
});

test('counters of all users go on wherever they are asked, each place for itself', async () => {
  for (const isRemote of [false, true]) {
    const context = valueContext({}, { isRemote });
    const [one, other] = ['a ${__counter(FALSE,c)}', 'a ${__counter(FALSE,c)}'].map(compileTemplate);
    assert.equal(await one?.evaluate(context), 'a 1');
    assert.equal(await one?.evaluate(context), 'a 2');
    assert.equal(await other?.evaluate(context), 'a 1');
    assert.equal(context.variables.get('c'), '1');
    const nested = compileTemplate('${__V(n${__counter(FALSE,)})}${__counter(FALSE,)}!');
    assert.equal(await nested.evaluate(context), 'n11!');
  }
});

test('counters of a user are its own', () => {
  const counter = compileTemplate('${__counter(TRUE,)}');
  const [one, other] = [valueContext(), valueContext()];
  assert.deepEqual([counter.evaluate(one), counter.evaluate(one), counter.evaluate(other)], ['1', '2', '1']);
});
