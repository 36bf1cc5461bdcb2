import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatText, isMapKey, regexText, word } from './quoting.ts';

/** As HAProxy reads words: its manual, 2.2. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const match of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/gs)) {
    found.push(match[0].replace(/'([^']*)'|\\(.)/gs, (_all, quoted, single) => quoted ?? single));
  }
  return found;
}

test('any text is one word, and stays what it is but for line ends', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const quoted = word(text);
      assert.doesNotMatch(quoted, /[\r\n\0]/);
      assert.deepEqual(words(`a ${quoted} b`), ['a', text.replace(/[\0\r\n]+/g, ' '), 'b']);
    }),
  );
});

test('a quote does not end the word, a line end does not end the line', () => {
  assert.equal(word(`it's "x" %[src] \\`), `'it'\\''s "x" %[src] \\'`);
  assert.equal(word('a\nuser root'), "'a user root'");
  assert.equal(word(''), "''");
});

test('nothing in a text is a variable of a log format', () => {
  assert.equal(formatText('100% %[src]'), '100%% %%[src]');
});

test('a text inside of a regular expression means itself', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.match(text, new RegExp(`^${regexText(text)}$`))));
});

test('white space and comments are no keys of maps', () => {
  for (const text of ['', 'a b', 'a\tb', '#a', 'a\nb']) assert.equal(isMapKey(text), false);
  assert.equal(isMapKey('in|*|/a'), true);
});
