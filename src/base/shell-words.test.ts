import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellLine, shellWord } from './shell-words.ts';

/** What a shell makes of the line's words. */
function readBack(line: string): string[] {
  const script = `for word in ${line}; do printf '%s\\0' "$word"; done`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('people read plain words without quotes', () => {
  assert.equal(
    shellLine(['relevo', 'load', 'run', 'a/b.jmx', '--rate=5']),
    'relevo load run a/b.jmx --rate=5',
  );
  assert.equal(shellLine(['my folder', "it's", '']), `'my folder' 'it'\\''s' ''`);
});

test('a shell gets every word as it was', () => {
  const awkward = [
    '',
    ' ',
    '~',
    '$HOME',
    '`id`',
    '*',
    "'",
    '"',
    '\\',
    '\n',
    'a\n',
    '#',
    '!',
    'do',
    'done',
    '=~',
  ];
  const text = fc.string({ unit: 'grapheme' }).map((any) => any.replaceAll('\0', ''));
  const words = [...awkward, ...fc.sample(text, 300)];
  assert.deepEqual(readBack(shellLine(words)), words);
  assert.deepEqual(readBack(words.map(shellWord).join('\t')), words);
});
