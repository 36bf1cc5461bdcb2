import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseComparison } from '../scenario/comparison.ts';
import { told } from '../told.ts';
import type { WindowFigures } from './recent-samples.ts';
import { limitNotKept } from './steady-limits.ts';

const good: WindowFigures = {
  ...{ count: 100, ok: 100, failed: 0, sorry: 0, shed: 0, bad: 0 },
  ...{ ratePerSecond: 50, p95Ms: 10, p99Ms: 20 },
};
const limits = [
  { ...parseComparison('<1%', 'share'), of: 'errors' },
  { ...parseComparison('<100ms', 'ms'), of: 'p99' },
  { ...parseComparison('>=40', 'count'), of: 'rate' },
];

test('traffic within all limits is steady', () => {
  assert.equal(limitNotKept(limits, good), undefined);
});

test('the first limit that does not hold is told, with what was measured', () => {
  const errors = told('errors <1%: it is 2.0 %', 'errores <1%: es 2.0 %');
  assert.deepEqual(limitNotKept(limits, { ...good, ok: 98, failed: 2 }), errors);
  assert.equal(limitNotKept(limits, { ...good, p99Ms: 100 })?.en, 'p99 <100ms: it is 100 ms');
  assert.equal(limitNotKept(limits, { ...good, ratePerSecond: 39.9 })?.en, 'rate >=40: it is 39.9');
  assert.equal(limitNotKept(limits, { ...good, ratePerSecond: 39.9 })?.es, 'ritmo >=40: es 39.9');
});

test('the sorry page is no success', () => {
  assert.match(limitNotKept(limits, { ...good, ok: 50, sorry: 50 })?.en ?? '', /^errors/);
});

test('nothing is steady before anything was answered', () => {
  assert.equal(limitNotKept([], { ...good, count: 0 })?.en, 'no request has been answered yet');
});
