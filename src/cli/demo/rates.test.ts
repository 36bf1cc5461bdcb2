import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentRates } from './rates.ts';

const at = (endedAt: number) => ({ dueAt: endedAt, sentAt: endedAt, endedAt });

test('what ended within the last second is counted by node, the rest is forgotten', () => {
  const rates = new RecentRates();
  rates.take({ ...at(0), node: 'a' });
  for (const node of ['a', 'b', 'a']) rates.take({ ...at(600), node });
  rates.take({ ...at(900), failure: 'refused' });
  const { ok, failed, byNode } = rates.at(1000);
  assert.deepEqual(
    [ok, failed, [...byNode]],
    [
      3,
      1,
      [
        ['a', 2],
        ['b', 1],
      ],
    ],
  );
  assert.deepEqual(rates.at(2000), { ok: 0, failed: 0, byNode: new Map() });
});
