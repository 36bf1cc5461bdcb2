import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { resultsOf } from '../../../tests/support/load/results.ts';
import { sampleOf } from '../../../tests/support/load/samples.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { readResults, resultsPath, writeResults } from './results-file.ts';

test('what was written is read again, from the folder or the file', (t) => {
  const folder = temporaryFolder(t);
  const results = resultsOf({ seconds: [[sampleOf({ dueAt: 900 })], []], thresholds: ['p99<1s'] });
  writeResults(folder, results);
  const plain = (value: object) => JSON.parse(JSON.stringify(value));
  for (const where of [folder, resultsPath(folder)]) {
    const read = readResults(where);
    assert.deepEqual(plain(read.total), plain(results.total));
    assert.deepEqual(
      read.seconds[0]?.labels.get('Home')?.corrected,
      results.seconds[0]?.labels.get('Home')?.corrected,
    );
  }
});

test('what is no result, or half of one, is refused in one line', (t) => {
  const folder = temporaryFolder(t);
  assert.throws(() => readResults(folder), /cannot be read: name the folder of a run/);
  for (const text of ['', '{', '[]', 'null', '{"version":1,"seconds":[]}', '{"version":9}']) {
    writeFileSync(resultsPath(folder), text);
    assert.throws(() => readResults(folder), /is not the result of a load run, or is damaged$/, text);
  }
});
