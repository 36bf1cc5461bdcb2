import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printTable, shownNumber } from './table.ts';

test('numbers have the digits that mean something', () => {
  const shown = [0, 0.123, 9.876, 12.34, 99.95, 123.4, 999, 1234.5, 1234567].map(shownNumber);
  assert.deepEqual(shown, ['0', '0.12', '9.88', '12.3', '100.0', '123', '999', '1,235', '1,234,567']);
});

test('a table sets numbers to the right and words to the left, and leaves out what is not there', () => {
  const rows = [
    { what: 'get', rate: 5000 },
    { what: 'create', rate: undefined },
  ];
  assert.equal(
    printTable({ title: 'API', columns: ['what', 'nothing', 'rate'], rows }),
    ['API', 'what     rate', 'get     5,000', 'create'].join('\n'),
  );
});
