import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectation } from '../../../tests/support/drill/findings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { sendLagLimitMs } from './send-lag-limit.ts';

function scenario(...limits: readonly string[]): Scenario {
  return {
    expectations: limits.map((limit) => expectation('p99', limit)),
    steady: { limits: [] },
  } as unknown as Scenario;
}

test('the generator may be late by a tenth of the tightest limit of p99, and by 5 ms anyhow', () => {
  assert.equal(sendLagLimitMs(scenario('<500ms', '<200ms')), 20);
  assert.equal(sendLagLimitMs(scenario('<30ms')), 5);
  assert.equal(sendLagLimitMs(scenario()), 5);
});
