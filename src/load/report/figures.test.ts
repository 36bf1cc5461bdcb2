import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Figures } from './figures.ts';

const en = new Figures('en');
const es = new Figures('es');

test('amounts have three digits that say something', () => {
  const cases = [0, 0.1234, 1.234, 12.34, 123.4, 12_345.6].map((value) => en.amount(value));
  assert.deepEqual(cases, ['0', '0.123', '1.23', '12.3', '123', '12,346']);
});

test('whole numbers stay whole', () => {
  assert.deepEqual([en.number(50), en.number(12.5), en.count(2_000)], ['50', '12.5', '2,000']);
});

test('a few of very many are not 0 %', () => {
  assert.equal(en.percent(0.004), '0.004 %');
  assert.deepEqual(
    [0, 1, 33.333, 100].map((value) => en.percent(value)),
    ['0 %', '1 %', '33.33 %', '100 %'],
  );
});

test('times are told in the units that people use', () => {
  const cases: [ms: number, text: string][] = [
    [0, '0 ms'],
    [350, '350 ms'],
    [20_000, '20 s'],
    [12_340, '12.3 s'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [3_661_000, '1 h 1 min 1 s'],
  ];
  for (const [ms, text] of cases) assert.equal(en.duration(ms), text);
});

test('every time has words', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
      assert.match(en.duration(ms), /^\d/);
    }),
  );
});

test('Spanish has commas', () => {
  assert.deepEqual([es.amount(1.234), es.percent(33.333), es.count(12_345)], ['1,23', '33,33 %', '12.345']);
});
