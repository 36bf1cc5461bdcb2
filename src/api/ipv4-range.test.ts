import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressNumber, addressText, ipv4Range, isInRange } from './ipv4-range.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('an address and its number say the same', () => {
  fc.assert(fc.property(address, (number) => addressNumber(addressText(number)) === number));
  assert.equal(addressText(addressNumber('255.1.0.254')), '255.1.0.254');
});

test('a range has all addresses of its network but the first and the last', () => {
  const range = ipv4Range('10.1.2.77/30');
  assert.ok(range);
  const inside = ['10.1.2.76', '10.1.2.77', '10.1.2.78', '10.1.2.79'].filter((one) => isInRange(range, one));
  assert.deepEqual(inside, ['10.1.2.77', '10.1.2.78']);
  for (const other of ['', '10.1.2', '::1']) assert.equal(isInRange(range, other), false);
  for (const none of ['10.0.0.0/31', '10.0.0.0', 'fd00::/64', 'x'])
    assert.equal(ipv4Range(none), undefined, none);
});
