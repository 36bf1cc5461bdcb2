import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRuns } from './compare.ts';
import type { LabelSummary, Latencies } from './load-results.ts';

const latencies: Latencies = {
  ...{ mean: 10, min: 1, max: 50, deviation: 2, p50: 9, p90: 20, p95: 30, p99: 40, p999: 50 },
};

function label(name: string, given: Partial<LabelSummary> = {}): LabelSummary {
  return {
    ...{ label: name, isTransaction: false, count: 100, failed: 0, sorry: 0, shed: 0, naive: latencies },
    ...{ throughputPerSecond: 50, receivedKbPerSecond: 1, sentKbPerSecond: 1, meanBytes: 10, errors: [] },
    ...given,
  };
}

test('runs are compared label by label, with the ratio of the second to the first', () => {
  const slower = { ...latencies, p99: 80 };
  const { total, labels } = compareRuns(
    { total: label('TOTAL'), labels: [label('Home', { corrected: latencies }), label('Old')] },
    { total: label('TOTAL', { failed: 5 }), labels: [label('Home', { corrected: slower }), label('New')] },
  );
  const home = labels.find((one) => one.label === 'Home');
  assert.equal(home?.metrics.find(({ name }) => name === 'p99')?.ratio, 2);
  assert.deepEqual(
    labels.map(({ label: name, only }) => [name, only]),
    [
      ['Home', undefined],
      ['New', 'second'],
      ['Old', 'first'],
    ],
  );
  const errors = total.metrics.find(({ name }) => name === 'errors');
  assert.deepEqual([errors?.first, errors?.second, errors?.ratio], [0, 5, undefined]);
});

test('what only one run has corrected is compared by what both have', () => {
  const slower = { ...latencies, p99: 80 };
  const { total } = compareRuns(
    { total: label('TOTAL'), labels: [] },
    { total: label('TOTAL', { corrected: slower }), labels: [] },
  );
  assert.equal(total.metrics.find(({ name }) => name === 'p99')?.ratio, 1);
});
