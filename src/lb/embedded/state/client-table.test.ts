import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClientTable, serverKey } from './client-table.ts';

const empty = () => new ClientTable(ClientTable.memory());

test('a client is remembered for its time after it was seen last, by whoever reads the same memory', () => {
  const memory = ClientTable.memory();
  const [one, other] = [new ClientTable(memory), new ClientTable(memory)];
  one.remember('10.0.0.1', serverKey('a'), 1_000);
  assert.equal(other.lookup('10.0.0.1', 500, 1_400), serverKey('a'));
  assert.equal(one.lookup('10.0.0.1', 500, 1_900), serverKey('a'));
  assert.equal(one.lookup('10.0.0.1', 500, 2_600), undefined);
});

test('of any few clients nobody gets the server of another', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.ipV6(), fc.nat(50)), { maxLength: 60 }), (clients) => {
      const table = empty();
      for (const [address, server] of clients) table.remember(address, server, 0);
      for (const [address, server] of new Map(clients)) assert.equal(table.lookup(address, 1_000, 0), server);
    }),
    { numRuns: 50 },
  );
});

test('with more clients than there is room for, those that were not seen for long are forgotten', () => {
  const table = empty();
  const count = 100_000;
  for (let n = 0; n < count; n++) table.remember(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, n, n * 100);
  const found = (n: number) =>
    table.lookup(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, count * 200, count * 100);
  assert.equal(found(count - 1), count - 1);
  const lately = Array.from({ length: 4_000 }, (_, n) => count - 1 - n).filter((n) => found(n) === n);
  assert.ok(lately.length > 3_900, `${lately.length} of the last 4,000 are known`);
  assert.equal(found(0), undefined);
});
