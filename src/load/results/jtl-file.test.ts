import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { sampleOf } from '../../../tests/support/load/samples.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { JtlPart, joinJtlParts, jtlPath } from './jtl-file.ts';
import { jtlHeader, jtlLine } from './jtl-line.ts';

const columns = parse(jtlHeader)[0] as string[];

function read(text: string): Record<string, string>[] {
  return parse(text, { columns: true }) as Record<string, string>[];
}

test('a line says what JMeter says, and what it has no place for behind that', () => {
  const sample = sampleOf({ startedAt: 1_000.4, dueAt: 400, elapsedMs: 20.6, loadId: 'run-0-1' });
  const [row] = read(`${jtlHeader}\n${jtlLine(sample, 500)}`);
  assert.deepEqual(row, {
    ...{ timeStamp: '1500', elapsed: '21', label: 'Home', responseCode: '200', responseMessage: 'OK' },
    ...{ threadName: 'visitors 1-1', dataType: 'text', success: 'true', failureMessage: '', bytes: '300' },
    ...{
      grpThreads: '1',
      allThreads: '1',
      URL: 'http://127.0.0.1/',
      Latency: '15',
      IdleTime: '0',
      Connect: '2',
    },
    ...{ sentBytes: '100', corrected: '621', loadId: 'run-0-1' },
  });
});

test('whatever labels and messages have in them is read back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'ñ', ';'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (label, failure) => {
      const [row = []] = parse(jtlLine(sampleOf({ label, failure }), 0)) as string[][];
      assert.equal(row[columns.indexOf('label')], label);
      assert.equal(row[columns.indexOf('failureMessage')], failure);
    }),
  );
});

test('the parts of workers become one file in the order of the ends, and nothing of them is left', async (t) => {
  const folder = temporaryFolder(t);
  const ends = [
    [10, 40, 50],
    [20, 30, 60],
  ];
  for (const [worker, times] of ends.entries()) {
    const part = new JtlPart(folder, worker, 0);
    for (const end of times) {
      part.write(sampleOf({ startedAt: 0, elapsedMs: end, label: `two\nlines, "${end}"` }));
    }
    part.close();
  }
  await joinJtlParts(folder, 2);
  const rows = read(readFileSync(jtlPath(folder), 'utf8'));
  assert.deepEqual(
    rows.map(({ label }) => label),
    [10, 20, 30, 40, 50, 60].map((end) => `two\nlines, "${end}"`),
  );
  assert.deepEqual(readdirSync(folder), ['results.jtl']);
});
