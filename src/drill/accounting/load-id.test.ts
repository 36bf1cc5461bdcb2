import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadIdText, readLoadId } from './load-id.ts';

test('what was read is what was written, and different ids are different places', () => {
  const id = fc.record({
    run: fc.nat(63),
    worker: fc.nat(1_023),
    number: fc.nat(999_999_999),
    part: fc.nat(20),
  });
  fc.assert(
    fc.property(id, ({ run, worker, number, part }) => {
      const base = `r1${run === 0 ? '' : `s${run}`}-${worker}-${number}`;
      const read = readLoadId(part === 0 ? base : `${base}.${part}`, 'r1');
      assert.deepEqual(read && [read.number, read.part], [number, part]);
      assert.equal(loadIdText('r1', read?.lane ?? -1, number), base);
    }),
  );
});

test('ids of other runs, and what is none, are nobody', () => {
  const none = [
    '',
    'r1',
    'r1-',
    'r1-1',
    'r1-1-',
    'r1--1',
    'r2-1-1',
    'r1x-1-1',
    'r1s-1-1',
    'r1-1-1.',
    'r1-a-1',
  ];
  for (const id of [...none, 'r1-1-1234567890', 'r1-1-1.x', 'r1s99-1-1', 'r1-5000-1', 'xr1-1-1']) {
    assert.equal(readLoadId(id, 'r1'), undefined, id);
  }
});

test('no text makes it fail', () => {
  fc.assert(fc.property(fc.string(), (text) => void readLoadId(`r1${text}`, 'r1')));
});
