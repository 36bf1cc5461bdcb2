import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { ReloadBudget } from './reload-budget.ts';

test('a few processes may start at once, then one every five seconds', () => {
  const clock = new FakeClock();
  const budget = new ReloadBudget(clock);
  let atOnce = 0;
  while (budget.waitMs() === 0) {
    budget.spend();
    atOnce++;
  }
  assert.equal(atOnce, 6);
  assert.equal(budget.waitMs(), 5_000);
  clock.advance(3_000);
  assert.equal(budget.waitMs(), 2_000);
  clock.advance(2_000);
  assert.equal(budget.waitMs(), 0);
  budget.spend();
  assert.equal(budget.waitMs(), 5_000);
});
