import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Comparison, compare, parseComparison } from './comparison.ts';

suite('reading a limit', () => {
  const cases: readonly [string, Comparison['unit'], string, number][] = [
    ['<=2s', 'ms', '<=', 2_000],
    ['<250ms', 'ms', '<', 250],
    ['> 1.5 s', 'ms', '>', 1_500],
    ['<=2m', 'ms', '<=', 120_000],
    ['>=99.9%', 'share', '>=', 0.999],
    ['100%', 'share', '=', 1],
    ['<0.1%', 'share', '<', 0.001],
    ['0', 'count', '=', 0],
    ['<=10', 'count', '<=', 10],
  ];
  for (const [text, unit, operator, value] of cases) {
    test(`${text} of ${unit}`, () => {
      const read = parseComparison(text, unit);
      assert.deepEqual([read.operator, read.value, read.unit], [operator, value, unit]);
    });
  }

  test('says what it is about', () => {
    assert.equal(parseComparison('p99<250ms', 'ms').of, 'p99');
    assert.equal(parseComparison('errors < 0.1%', 'share').of, 'errors');
  });

  test('a share is the number that it says: 999 of 1000 is 99.9 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (tenths) => {
        const text = `${Math.floor(tenths / 10)}.${tenths % 10}%`;
        assert.equal(parseComparison(text, 'share').value, tenths / 1_000);
      }),
    );
  });

  for (const [text, unit] of [
    ['<=2s', 'count'],
    ['<=2s', 'share'],
    ['99.9%', 'ms'],
    ['5', 'ms'],
    ['<=', 'count'],
    ['!=3', 'count'],
    ['<=-1', 'count'],
    ['101%', 'share'],
    ['', 'count'],
    ['<=1e3', 'count'],
  ] as const) {
    test(`"${text}" is no limit of ${unit}`, () => {
      assert.throws(() => parseComparison(text, unit), /no limit here|at most/);
    });
  }
});

suite('holding a value against a limit', () => {
  const operators = ['<', '<=', '=', '>=', '>'] as const;
  const number = fc.integer({ min: -1_000, max: 1_000 });
  const uncertainty = fc.integer({ min: 0, max: 100 });

  test('what is met or broken is so for every value within the uncertainty', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...operators),
        number,
        number,
        uncertainty,
        fc.integer(),
        (operator, limit, value, around, pick) => {
          const result = compare({ operator, value: limit }, value, around);
          const within = value - around + (Math.abs(pick) % (2 * around + 1));
          if (result !== 'undecided') assert.equal(compare({ operator, value: limit }, within), result);
        },
      ),
    );
  });

  test('undecided only where some value within it would be met and another broken', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...operators),
        number,
        number,
        uncertainty,
        (operator, limit, value, around) => {
          if (compare({ operator, value: limit }, value, around) !== 'undecided') return;
          const all = Array.from({ length: 2 * around + 1 }, (_, at) =>
            compare({ operator, value: limit }, value - around + at),
          );
          assert.ok(all.includes('met') && all.includes('broken'));
        },
      ),
    );
  });

  test('what is certain is never undecided', () => {
    fc.assert(
      fc.property(fc.constantFrom(...operators), number, number, (operator, limit, value) => {
        assert.notEqual(compare({ operator, value: limit }, value), 'undecided');
      }),
    );
  });

  test('what is not a number is undecided', () => {
    for (const operator of operators) {
      assert.equal(compare({ operator, value: 1 }, Number.NaN), 'undecided');
      assert.equal(compare({ operator, value: 1 }, 1, Number.NaN), 'undecided');
    }
  });
});
