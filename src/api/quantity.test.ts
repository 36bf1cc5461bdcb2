import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliUnits,
  parseQuantity,
  type Quantity,
  quantityProblem,
  subtractQuantities,
  wholeUnits,
  zeroQuantity,
} from './quantity.ts';

test('quantities are printed in canonical form', () => {
  const cases: [string | number, string][] = [
    ['0', '0'],
    ['0Mi', '0'],
    ['100m', '100m'],
    ['0.1', '100m'],
    [0.5, '500m'],
    [1, '1'],
    ['1.5', '1500m'],
    ['1000m', '1'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['512Ki', '512Ki'],
    ['0.5Ki', '512'],
    ['1.1Ki', '1126400m'],
    ['1e3', '1e3'],
    ['12e6', '12e6'],
    ['1E3', '1e3'],
    ['1E', '1E'],
    ['1.23e2', '123'],
    ['+5', '5'],
    ['-3', '-3'],
    ['-1.5', '-1500m'],
    ['.5', '500m'],
    ['5.', '5'],
    ['1n', '1n'],
    ['0.0000000001', '1n'],
    ['100000000000000000000', '9223372036854775807'],
    ['8Ei', '9223372036854775807'],
  ];
  for (const [text, canonical] of cases) assert.equal(canonicalQuantity(text), canonical, String(text));
});

test('texts that are no quantity are refused with the reason', () => {
  const cases: [string, RegExp][] = [
    ['', /must match the regular expression/],
    ['lots', /must match the regular expression/],
    ['1 Gi', /must match the regular expression/],
    ['1Gb', /must match the regular expression/],
    ['1.2.3', /numeric part/],
    ['.', /numeric part/],
    ['+.', /numeric part/],
    ['1mm', /suffix/],
    ['1ki', /suffix/],
    ['1K', /suffix/],
    ['1e', /suffix/],
    [`1${'0'.repeat(100_000)}`, /must match the regular expression/],
  ];
  for (const [text, reason] of cases)
    assert.match(quantityProblem(text) ?? 'accepted', reason, text.slice(0, 20));
});

test('an absurd exponent is answered at once', () => {
  assert.equal(canonicalQuantity('1e999999999'), '9223372036854775807');
  assert.equal(canonicalQuantity('1e-999999999'), '1e-9');
});

test('units are rounded up, away from zero', () => {
  assert.equal(milliUnits(parseQuantity('1.5')), 1500);
  assert.equal(milliUnits(parseQuantity('100u')), 1);
  assert.equal(wholeUnits(parseQuantity('1500m')), 2);
  assert.equal(wholeUnits(parseQuantity('-1500m')), -2);
  assert.equal(wholeUnits(parseQuantity('64Mi')), 67_108_864);
});

const anyQuantity: fc.Arbitrary<Quantity> = fc.record({
  nanos: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  format: fc.constantFrom('DecimalSI', 'BinarySI', 'DecimalExponent'),
});

test('a printed quantity is read back as the same amount, and prints the same again', () => {
  fc.assert(
    fc.property(anyQuantity, (quantity) => {
      const text = formatQuantity(quantity);
      assert.equal(parseQuantity(text).nanos, quantity.nanos);
      assert.equal(canonicalQuantity(text), text);
    }),
  );
});

test('what is taken as canonical unread is canonical', () => {
  const suffix = fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), suffix, (number, unit) => {
      assert.equal(formatQuantity(parseQuantity(`${number}${unit}`)), `${number}${unit}`);
    }),
  );
});

test('sums and differences undo each other, and order follows the difference', () => {
  fc.assert(
    fc.property(anyQuantity, anyQuantity, (a, b) => {
      assert.equal(compareQuantities(subtractQuantities(addQuantities(a, b), b), a), 0);
      assert.equal(compareQuantities(a, b), compareQuantities(subtractQuantities(a, b), zeroQuantity));
      assert.equal(compareQuantities(addQuantities(a, b), addQuantities(b, a)), 0);
    }),
  );
});
