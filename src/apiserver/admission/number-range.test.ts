import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressText } from '../../api/ipv4-range.ts';
import { apiServiceIp, isWithin, networkRange, pickFree, portRange } from './number-range.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('a network is everything between its first and its last address', () => {
  const property = fc.property(address, fc.integer({ min: 1, max: 30 }), (number, bits) => {
    const range = networkRange(`${addressText(number)}/${bits}`);
    assert.equal(range.last - range.first + 3, 2 ** (32 - bits));
    assert.equal((range.first - 1) % 2 ** (32 - bits), 0);
    assert.ok(number >= range.first - 1 && number <= range.last + 1);
  });
  fc.assert(property);
});

test('the API has the first address', () => {
  assert.equal(apiServiceIp('10.96.0.0/12'), '10.96.0.1');
  assert.equal(apiServiceIp('127.42.128.0/20'), '127.42.128.1');
});

for (const text of ['10.0.0.0', '10.0.0.0/31', '10.0.0.0/33', 'fd00::/112', '10.0.0/8', ''])
  test(`${JSON.stringify(text)} is no network for Services`, () => {
    assert.throws(() => networkRange(text), TypeError);
  });

for (const [first, last] of [
  [0, 10],
  [10, 9],
  [1, 65_536],
  [1.5, 3],
] as const)
  test(`${first}-${last} is no range of ports`, () => {
    assert.throws(() => portRange(first, last), TypeError);
  });

test('a free number is found whenever there is one, and none that is taken', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 0, max: 100 }),
    fc.uniqueArray(fc.nat(200)),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    (size, lowBand, taken, random) => {
      const range = { first: 1000, last: 999 + size, lowBand, text: '' };
      const isTaken = (number: number) => taken.includes(number - 1000);
      const picked = pickFree(range, isTaken, () => random);
      const isFull = taken.filter((offset) => offset < size).length === size;
      if (isFull) assert.equal(picked, undefined);
      else assert.ok(picked !== undefined && isWithin(range, picked) && !isTaken(picked));
    },
  );
  fc.assert(property);
});

test('the low band is left to those who choose until nothing else is free', () => {
  const range = portRange(30_000, 30_031);
  const taken = new Set<number>();
  for (let i = 0; i < 32; i++) {
    const port = pickFree(range, (number) => taken.has(number), Math.random) as number;
    assert.equal(port < 30_016, i >= 16);
    taken.add(port);
  }
});
