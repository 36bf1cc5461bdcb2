import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { resultsOf } from '../../../tests/support/load/results.ts';
import { sampleOf } from '../../../tests/support/load/samples.ts';
import { aggregateCsv } from './aggregate-csv.ts';
import { textReport } from './text-report.ts';

const failed = sampleOf({ success: false, code: '503', message: 'Service Unavailable', label: 'Pay' });

test('the tables have the columns that JMeter has', () => {
  const text = textReport(resultsOf({ seconds: [[sampleOf(), failed]] }), 'en');
  assert.match(
    text,
    /Summary Report\nLabel +# Samples +Average +Min +Max +Std\. Dev\. +Error % +Throughput +Received KB\/s +Sent KB\/s +Avg\. Bytes\n/,
  );
  assert.match(text, /Aggregate Report\nLabel +Times +# Samples +Average +Median +90% +95% +99% +Min +Max /);
  assert.match(
    text,
    /Errors\nLabel +Code +Message +Count +Of its requests\nPay +503 +Service Unavailable +1 +100 %/,
  );
});

test('without a schedule the times say that they are naive, with one both stand beside each other', () => {
  const naive = textReport(resultsOf({ seconds: [[sampleOf()]] }), 'en');
  assert.match(naive, /The times are naive: there is no schedule/);
  assert.doesNotMatch(naive, /^TOTAL +corrected/m);
  const stalled = sampleOf({ dueAt: 1_000, startedAt: 16_000, elapsedMs: 3 });
  const both = textReport(resultsOf({ seconds: [[stalled]] }), 'en');
  assert.match(both, /^TOTAL +corrected +1 +15,003 /m);
  assert.match(both, /^TOTAL +naive +1 +3\.00 /m);
});

test('thresholds stand with what was measured, and a saturated generator decides nothing', () => {
  const seconds = [[sampleOf(), failed]];
  const missed = textReport(resultsOf({ seconds, thresholds: ['errors<1%', 'p99<1s'] }), 'en');
  assert.match(missed, /errors<1% +50 % +no/);
  assert.match(missed, /1 threshold was not met\./);
  const doubtful = textReport(resultsOf({ seconds, thresholds: ['errors<1%'], dropped: [4] }), 'en');
  assert.match(doubtful, /THE GENERATOR WAS SATURATED/);
  assert.match(doubtful, /- 4 iterations were dropped/);
  assert.match(doubtful, /Nothing is decided/);
});

test('what was dropped, cut and repeated is told, and what did not happen is not', () => {
  const cut = { ...failed, isCut: true };
  const text = textReport(
    resultsOf({ seconds: [[cut, sampleOf({ isRepeated: true })]], dropped: [7] }),
    'en',
  );
  assert.match(text, /Dropped iterations +7\nCut by the stop +1\nSent once more +1 \(a kept connection/);
  assert.doesNotMatch(textReport(resultsOf({ seconds: [[sampleOf()]] }), 'en'), /Cut by|Dropped/);
});

test('in Spanish numbers are Spanish, too', () => {
  const text = textReport(resultsOf({ seconds: [[sampleOf({ elapsedMs: 12_345.6 })]] }), 'es');
  assert.match(text, /Informe agregado\nEtiqueta +Tiempos/);
  assert.match(text, /12\.346/);
});

test('labels and messages cannot move the cursor', () => {
  const hostile = sampleOf({ label: 'a\x1b[2Jb\nc', success: false, message: '\x07\x1b]0;owned\x07' });
  const text = textReport(resultsOf({ seconds: [[hostile]] }), 'en');
  assert.ok(!text.includes('\x1b') && !text.includes('\x07'));
});

test('the CSV has a line for each label and is no formula', () => {
  const seconds = [[sampleOf({ label: '=HYPERLINK("http://x")' }), sampleOf({ label: 'a,"b"', dueAt: 900 })]];
  const rows = parse(aggregateCsv(resultsOf({ seconds })), { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map(({ Label }) => Label),
    [`'=HYPERLINK("http://x")`, 'a,"b"', 'TOTAL'],
  );
  assert.equal(rows[1]?.['Corrected Average'], '120.000');
  assert.equal(rows[0]?.['Corrected Average'], '');
  assert.equal(rows[2]?.['# Samples'], '2');
});
