import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import fc from 'fast-check';
import { valueContext } from '../../../tests/support/load/value-world.ts';
import type { Language } from './expression/value.ts';
import { holds, scriptText } from './expression.ts';

test('conditions hold or not', () => {
  for (const condition of [
    ...['true', ' TRUE ', '"a" == "a"', "'a' != 'b'", '5 > 3', '2 <= 2', '"10" < "9"', '10 > 9', '"5" == 5'],
    ...['!("a" == "b") && 1 < 2', '1 > 2 || "x" == "x"', '5 eq 5 and not (3 gt 4)', '"abc".length == 3'],
    ...['"abc".contains("b")', '"abc".startsWith("a") && "abc".endsWith("c")', '"ab".indexOf("b") != -1'],
    ...[
      '"a1".matches("[a-z]\\\\d")',
      '"A".toLowerCase() == "a"',
      '(1 + 2) * 3 == 9',
      '7 % 4 === 3',
      '1 < 2 ? true : false',
    ],
  ]) {
    assert.equal(holds(condition), true, condition);
  }
});

test('what does not hold, and what is not understood, is false', () => {
  for (const condition of [
    ...[
      '',
      'false',
      '1',
      '"true1"',
      '"a" == "b"',
      '5 < 3',
      '!true',
      '${x} == 5',
      'x == 5',
      'a == a',
      '1 ==',
      '(1 == 1',
    ],
    ...[
      '"a" = "a"',
      'process.exit(1)',
      '"".constructor("x")',
      '"a".__proto__',
      'this',
      'vars.get("x") == "5"',
      '"a',
    ],
    '('.repeat(10_000),
    '!'.repeat(10_000),
  ]) {
    assert.equal(holds(condition), false, condition.slice(0, 50));
  }
});

/** `undefined` stands for nothing. */
const scripts: readonly (readonly [Language, string, string])[] = [
  ['javascript', '"a" + 1', 'a1'],
  ['javascript', '"a" && "b"', 'b'],
  ['javascript', '1 + 2', '3'],
  ['javascript', '"a-a".replace("a", "b")', 'b-a'],
  ['jexl', '"a" && "b"', 'false'],
  ['jexl', '"true" == true', 'true'],
  ['jexl', '7 / 2', '3'],
  ['jexl', '"x" > 5', ''],
  ['jexl', '"abc" =~ "a.*"', 'true'],
  ['jexl', 'empty("") and size("abc") == 3', 'true'],
  ['jexl', 'vars["x"] == "5"', 'true'],
  ['groovy', '7 / 2', '3.5'],
  ['groovy', '"5" == 5', 'false'],
  ['groovy', '"5" < 6', ''],
  ['groovy', 'vars.get("x") as int < 6', 'true'],
  ['groovy', 'vars.get("x").toInteger() + 1', '6'],
  ['groovy', 'vars.get("nope")?.length() ?: "none"', 'none'],
  ['groovy', 'vars.get("nope").length()', ''],
  ['groovy', 'Integer.parseInt(vars.get("x")) * 2', '10'],
  ['groovy', '"a-a".replace("a", "b")', 'b-b'],
  ['groovy', 'props.get("known")', 'yes'],
  ['groovy', 'threadName', 'Group 1-3'],
];

test('scripts mean in each language what they mean there', () => {
  for (const [language, script, text] of scripts) {
    assert.equal(scriptText(script, language, valueContext({ x: '5' })), text, `${language}: ${script}`);
  }
});

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.integer({ min: 0, max: 20 }).map(String),
    fc.string({ maxLength: 3 }).map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null', '1.5', "'a'"),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('==', '!=', '===', '!==', '<', '<=', '>', '>=', '&&', '||', '+', '-', '*', '/', '%'),
        tie('expression'),
      )
      .map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `!${inner}`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `${a} ? ${b} : ${c}`),
  ),
}));

test('expressions of JavaScript are what a real engine says', () => {
  fc.assert(
    fc.property(expression, (script) => {
      const wanted = String(vm.runInNewContext(script));
      assert.equal(scriptText(script, 'javascript', valueContext()), wanted, script);
    }),
    { numRuns: 300 },
  );
});

test('no text breaks the reader', () => {
  const piece = fc.constantFrom(
    '"a"',
    '1',
    '(',
    ')',
    '.',
    'length',
    '?',
    ':',
    '==',
    '&&',
    '!',
    'vars',
    '[',
    ']',
    ',',
    ' as ',
    '-',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      assert.equal(typeof holds(pieces.join('')), 'boolean');
    }),
    { numRuns: 500 },
  );
});
