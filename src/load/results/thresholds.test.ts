import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../../tests/support/load/samples.ts';
import { LabelRecorder } from './label-recorder.ts';
import { LabelTotals } from './label-totals.ts';
import type { LabelSummary } from './load-results.ts';
import { outcomeOf, parseThreshold, ThresholdError } from './thresholds.ts';

/** 100 requests of 1 to 100 ms, the last two failed; each was due 1 s before it was sent. */
function summary(): LabelSummary {
  const recorder = new LabelRecorder('Home', false);
  for (let ms = 1; ms <= 100; ms++) {
    recorder.record(sampleOf({ startedAt: 5_000 + ms, elapsedMs: ms, dueAt: 4_000 + ms, success: ms <= 98 }));
  }
  const totals = new LabelTotals();
  const part = recorder.take();
  assert.ok(part);
  totals.add(part);
  return totals.summary('Home');
}

const results = { total: summary(), labels: [summary()], dropped: 3 };
const outcome = (text: string) => outcomeOf(parseThreshold(text), results);

test('thresholds are held against all requests, or those of one label', () => {
  const cases: [text: string, ok: boolean][] = [
    ['naive p99<=99.1ms', true],
    ['naive p99<98ms', false],
    ['naive p50 <= 50.1ms', true],
    ['errors<=2%', true],
    ['errors<2%', false],
    ['availability>=98%', true],
    ['availability>98%', false],
    ['failed=2', true],
    ['count=100', true],
    ['dropped<3', false],
    ['rate>=1/s', true],
    ['rate>=1', true],
    ['Home: naive max<=100ms', true],
    ['Home: naive mean<50ms', false],
  ];
  for (const [text, ok] of cases) assert.equal(outcome(text).ok, ok, text);
});

test('where requests have a time at which they are due, that is what counts', () => {
  const { ok, measured } = outcome('p50<1s');
  assert.equal(ok, false);
  assert.ok(Math.abs(measured - 1_050) < 2, String(measured));
});

test('what did not happen meets no threshold', () => {
  const nothing = { ...results, total: { ...results.total, count: 0 } };
  assert.match(outcomeOf(parseThreshold('errors<1%'), nothing).why ?? '', /no request/);
  const { ok, why } = outcome('Login: p99<1s');
  assert.equal(ok, false);
  assert.match(why ?? '', /"Login"/);
});

test('what is no threshold is refused with an example', () => {
  for (const text of [
    'p99',
    'p99<',
    'fast',
    'p98<2ms',
    'errors<1ms',
    'p99<1%',
    'count<1ms',
    '<1ms',
    'p99<1.2.3ms',
  ]) {
    assert.throws(() => parseThreshold(text), ThresholdError, text);
  }
});
