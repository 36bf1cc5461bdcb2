// From when on the generator itself is too slow for what a drill wants to know.

import type { Scenario } from '../scenario/scenario.ts';

const leastMs = 5;

/** DRILLS.md: 99 % of requests are sent at most so late: 5 ms, or a tenth of the tightest limit of p99 where that is more. */
export function sendLagLimitMs({ expectations, steady }: Scenario): number {
  const expected = expectations.filter(({ measure }) => measure === 'p99').map(({ limit }) => limit.value);
  const usual = steady.limits.filter(({ of }) => of === 'p99').map(({ value }) => value);
  const limits = expected.length > 0 ? expected : usual;
  return limits.length === 0 ? leastMs : Math.max(leastMs, Math.min(...limits) / 10);
}
