import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressRanges, isAddressRange } from './address-ranges.ts';

test('an address is in the ranges that have it, of its own family', () => {
  const ranges = new AddressRanges(['10.1.0.0/16', '192.168.1.1', 'fd00:1::/32', '::1', 'nonsense/8']);
  const inside = ['10.1.0.0', '10.1.255.255', '192.168.1.1', 'fd00:1:ffff::5', 'FD00:1::', '::1'];
  const outside = ['10.2.0.0', '192.168.1.2', 'fd00:2::', '::2', '', 'x', '10.1.0', 'fe80::1%eth0'];
  for (const address of inside) assert.equal(ranges.has(address), true, address);
  for (const address of outside) assert.equal(ranges.has(address), false, address);
});

test('an IPv4 address that a socket for both families tells is the same address', () => {
  const ranges = new AddressRanges(['10.0.0.0/8']);
  assert.deepEqual([ranges.has('::ffff:10.9.9.9'), ranges.has('::ffff:11.9.9.9')], [true, false]);
});

test('everything and nothing are ranges, too', () => {
  assert.equal(new AddressRanges(['0.0.0.0/0', '::/0']).has('203.0.113.7'), true);
  assert.equal(new AddressRanges(['::/0']).has('2001:db8::1'), true);
  assert.equal(new AddressRanges([]).has('127.0.0.1'), false);
});

test('what is neither an address nor a range is known', () => {
  const texts = ['10.0.0.0/8', '::/0', '10.0.0.1', 'fd00::1', '10.0.0.0/33', '::/129', '10.0.0.0/', 'x', ''];
  assert.deepEqual(texts.filter(isAddressRange), ['10.0.0.0/8', '::/0', '10.0.0.1', 'fd00::1']);
});
