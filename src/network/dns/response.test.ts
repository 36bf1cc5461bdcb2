import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, decode } from 'dns-packet';
import fc from 'fast-check';
import { type Outcome, writeResponse } from './response.ts';

const name = 'many.default.svc.cluster.local';

function addressRecords(count: number): Answer[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ name, type: 'A', ttl: 5 },
    data: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  }));
}

test('a response keeps its limit, tells the first answers there is room for, and says when there are more', () => {
  fc.assert(
    fc.property(
      fc.record({
        answers: fc.nat(80),
        additionals: fc.nat(80),
        udpSize: fc.option(fc.nat(5_000), { nil: undefined }),
        most: fc.integer({ min: 512, max: 4_096 }),
      }),
      ({ answers, additionals, udpSize, most }) => {
        const all = addressRecords(answers);
        const outcome: Outcome = { rcode: 0, answers: all, additionals: addressRecords(additionals) };
        const question = { name, type: 'A', class: 'IN' } as const;
        const bytes = writeResponse({ id: 1, recursionDesired: true, question, udpSize }, outcome, most);
        const told = decode(bytes);
        const count = told.answers?.length ?? 0;
        assert.ok(bytes.length <= most);
        assert.deepEqual(told.answers?.map(dataOf), all.slice(0, count).map(dataOf));
        assert.equal(told.flag_tc, count < answers);
        assert.equal(
          told.additionals?.filter(({ type }) => type === 'OPT').length,
          udpSize === undefined ? 0 : 1,
        );
        // Another one would not have fitted.
        if (told.flag_tc) assert.ok(bytes.length + name.length + 2 + 14 > most);
      },
    ),
  );
});

function dataOf(record: Answer): unknown {
  return 'data' in record && record.data;
}
