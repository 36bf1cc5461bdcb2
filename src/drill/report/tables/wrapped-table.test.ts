import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wrappedTable } from './wrapped-table.ts';

const table = (...rows: string[][]) => ({
  ...{ title: 'Title', caption: '', head: ['Fault', 'Count', 'Evidence'], words: 1 },
  rows: rows.map((cells) => ({ cells })),
});

test('a table that fits is as any other, figures to the right', () => {
  assert.equal(
    wrappedTable(table(['kill', '12', 'gone']), 80),
    ['Title', 'Fault  Count  Evidence', 'kill      12      gone'].join('\n'),
  );
});

test('evidence goes on below, in its own column', () => {
  const long = 'the kernel has none of the processes any more of web-1 on node-2';
  assert.deepEqual(wrappedTable(table(['kill', '12', long]), 50).split('\n'), [
    'Title',
    'Fault  Count  Evidence',
    'kill      12  the kernel has none of the processes',
    '              any more of web-1 on node-2',
  ]);
});

test('nothing is lost, and no line is wider than the terminal', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 40 });
  const cell = fc.array(word, { maxLength: 20 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(cell, cell, fc.integer({ min: 60, max: 200 }), (one, other, columns) => {
      const [, , ...lines] = wrappedTable(table([one, '7', other]), columns).split('\n');
      for (const line of lines) assert.ok(line.length <= columns, line);
      const letters = (text: string) => text.replace(/[^abc]/g, '').length;
      assert.equal(letters(lines.join('')), letters(one) + letters(other));
    }),
  );
});
