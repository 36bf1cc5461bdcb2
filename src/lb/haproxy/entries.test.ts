import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backendName, backendOf, modelOf, serverOf } from '../../../tests/support/lb/models.ts';
import type { Backend, Server } from '../model.ts';
import { EntryBook } from './entries.ts';

const serverNamed = (number: number, weight = 1) => serverOf({ name: `s${number}`, port: 1 }, { weight });
const listOf = (book: EntryBook, servers: readonly Server[], more: Partial<Backend> = {}) =>
  book.of(modelOf([], [backendOf(servers, more)])).get(backendName) ?? [];

test('what did not change stays the same object, wherever it stands and whoever made it anew', () => {
  const book = new EntryBook();
  const before = listOf(
    book,
    [1, 2, 3, 4].map((number) => serverNamed(number)),
  );
  const after = listOf(book, [serverNamed(5), serverNamed(4), serverNamed(2, 9), serverNamed(1)]);
  assert.equal(after[1], before[3]);
  assert.equal(after[3], before[0]);
  assert.notEqual(after[2], before[1]);
  assert.deepEqual([after[2]?.weight, after[2]?.number], [9, before[1]?.number]);
});

test('another backend around the same servers makes them anew', () => {
  const book = new EntryBook();
  const servers = [serverNamed(1)];
  const [before] = listOf(book, servers);
  const [after] = listOf(book, servers, { maxconn: 5 });
  assert.deepEqual([before?.maxconn, after?.maxconn], [0, 5]);
});

test('with every history entries are those of a book without one', () => {
  const server = fc.record({ number: fc.nat({ max: 12 }), weight: fc.integer({ min: 1, max: 3 }) });
  const servers = fc.uniqueArray(server, { selector: ({ number }) => number, maxLength: 12 });
  const balance = fc.constantFrom('roundrobin' as const, 'first' as const);
  fc.assert(
    fc.property(balance, fc.array(servers, { maxLength: 6 }), (kind, models) => {
      const book = new EntryBook();
      for (const model of models) {
        const list = model.map(({ number, weight }) => serverNamed(number, weight));
        const fresh = listOf(new EntryBook(), list, { balance: kind });
        assert.deepEqual(listOf(book, list, { balance: kind }), fresh);
      }
    }),
  );
});

test('a backup that a rule may call in has two entries, with numbers of their own', () => {
  const backup = {
    ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 0, releaseBusyBelow: 0.5, releaseAfterMs: 0 },
    ...{ start: 'hot' as const, slowstart: false },
  };
  const [alone, ...none] = listOf(new EntryBook(), [serverOf({ name: 'b', port: 1 }, { role: 'backup' })]);
  assert.deepEqual([alone?.kind, none.length], ['backup', 0]);
  const [native, twin] = listOf(new EntryBook(), [serverOf({ name: 'b', port: 1 }, { role: 'backup' })], {
    backup,
  });
  assert.deepEqual([native?.kind, twin?.kind], ['backup', 'twin']);
  assert.notEqual(native?.number, twin?.number);
});
