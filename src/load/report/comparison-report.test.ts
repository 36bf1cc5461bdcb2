import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultsOf } from '../../../tests/support/load/results.ts';
import { sampleOf } from '../../../tests/support/load/samples.ts';
import { comparisonReport } from './comparison-report.ts';

const run = (name: string, elapsedMs: number, more = {}) => ({
  name,
  results: resultsOf({ seconds: [[sampleOf({ elapsedMs, ...more })]] }),
});

test('what became slower and less reliable is worse, what stayed about the same is not', () => {
  const text = comparisonReport(run('a', 100), run('b', 200, { success: false }), 'en');
  assert.match(text, /^Home +p99 +100 +200 +worse +2\.00$/m);
  assert.match(text, /^TOTAL +errors +0 % +100 % +worse +-$/m);
  assert.match(comparisonReport(run('a', 100), run('b', 103), 'en'), /^Home +p99 +100 +103 +as before/m);
  assert.match(comparisonReport(run('a', 200), run('b', 100), 'es'), /^Home +p99 +200 +100 +mejor/m);
});

test('labels that only one of them has are named', () => {
  const text = comparisonReport(run('a', 100), run('b', 100, { label: 'New' }), 'en');
  assert.match(text, /^Home +only in the first run$/m);
  assert.match(text, /^New +only in the second run$/m);
});

test('a run whose generator was saturated is named', () => {
  const doubtful = { name: 'b', results: resultsOf({ seconds: [[sampleOf()]], dropped: [1] }) };
  assert.match(comparisonReport(run('a', 20), doubtful, 'en'), /The generator of b was saturated/);
});
