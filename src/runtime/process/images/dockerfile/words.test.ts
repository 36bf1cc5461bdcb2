// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a Dockerfile's variables
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluate, jsonList, type Scope, splitWords } from './words.ts';

const variables: Record<string, string> = { A: 'one', EMPTY: '', SPACED: 'a b' };
const scope: Scope = { valueOf: (name) => variables[name], escapeWith: '\\', line: 7 };
const value = (word: string) => evaluate(word, scope);

test('variables are replaced as Docker does', () => {
  for (const [word, expected] of [
    ['$A', 'one'],
    ['$A/x', 'one/x'],
    ['${A}x', 'onex'],
    ['$MISSING.', '.'],
    ['${MISSING:-$A}', 'one'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${A:+yes}', 'yes'],
    ['${MISSING:+yes}', ''],
    ['${MISSING:-${EMPTY:-deep}}', 'deep'],
    ['"$A b"', 'one b'],
    ["'$A'", '$A'],
    ['\\$A', '$A'],
    ['"\\$A"', '$A'],
    ['"a\\b"', 'a\\b'],
    ['a\\ b', 'a b'],
    ['$', '$'],
    ['5$', '5$'],
  ] as const) {
    assert.equal(value(word), expected, word);
  }
});

test('what is no variable, and a quote without its end, is told with the line', () => {
  assert.throws(() => value('${A'), /line 7: .* is no variable/);
  assert.throws(() => value('"x'), /line 7: the quote " is not closed/);
  assert.throws(() => value('${MISSING:?say one}'), /line 7: the variable MISSING is not set: say one/);
});

test('words are split at blanks outside of quotes', () => {
  assert.deepEqual(splitWords(`a "b c" d\\ e f='g h'`, '\\'), ['a', '"b c"', 'd\\ e', "f='g h'"]);
  assert.deepEqual(splitWords('  ', '\\'), []);
});

test('any text that is quoted comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (texts) => {
      const quoted = texts.map((text) => `"${text.replace(/["\\$]/g, '\\$&')}"`).join(' ');
      assert.deepEqual(splitWords(quoted, '\\').map(value), texts);
    }),
  );
});

test('the exec form is a JSON list of strings and nothing else', () => {
  assert.deepEqual(jsonList('["a", "b c"]'), ['a', 'b c']);
  for (const text of ["['a']", '["a",]', '[1]', 'a', '[ -f x ] && y'])
    assert.equal(jsonList(text), undefined);
});
