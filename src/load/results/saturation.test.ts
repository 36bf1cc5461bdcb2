import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saturationOf, sendLagLimitOf } from './saturation.ts';
import type { GeneratorLoad, Second } from './second.ts';
import { parseThreshold } from './thresholds.ts';

const limits = { sendLagMs: 5 };

const nothing = {
  ...{ isTransaction: false, count: 0, failed: 0, sorry: 0, shed: 0, bytes: 0, sentBytes: 0, sumMs: 0 },
  ...{ p50: 0, p95: 0, p99: 0, max: 0 },
};

function secondsOf(loads: readonly Partial<GeneratorLoad>[], dropped = 0): Second[] {
  return loads.map((load, index) => ({
    ...{ index, users: 1, inFlight: 0, dropped, sent: 10, total: nothing, labels: new Map() },
    generator: { cpu: 0.2, loop: 0.2, sendLagMs: 0, ...load },
  }));
}

test('a generator at ease is not saturated, nor is one with a bad second', () => {
  assert.deepEqual(saturationOf(secondsOf([{}, {}, {}]), 1, limits), {
    isSaturated: false,
    reasons: [],
    signs: [],
  });
  assert.equal(saturationOf(secondsOf([{}, { cpu: 1.2 }, {}, {}]), 1, limits).isSaturated, false);
});

test('each sign of saturation is told', () => {
  const busy = Array.from({ length: 3 }, () => ({ cpu: 0.95, loop: 0.99 }));
  assert.match(saturationOf(secondsOf([{}]), 5.1, limits).reasons.join(), /5\.1 ms late/);
  assert.equal(saturationOf(secondsOf(busy), 1, limits).reasons.length, 2);
  assert.equal(
    saturationOf(secondsOf([{ cpu: 0.95 }]), 1, limits).isSaturated,
    true,
    'the only second there is',
  );
  assert.match(saturationOf(secondsOf([{}], 1), 1, limits).reasons.join(), /1 iterations were dropped/);
});

test('how late is too late depends on what is asked for', () => {
  const limit = (...texts: string[]) => sendLagLimitOf(texts.map(parseThreshold));
  assert.equal(limit(), 5);
  assert.equal(limit('errors<1%', 'p99<20ms'), 5);
  assert.equal(limit('p99<3s', 'Home: p99<1s'), 100);
});
