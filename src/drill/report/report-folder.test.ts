import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { reportFolder } from './report-folder.ts';

test('a folder that is new or empty is made ready', (t) => {
  const folder = path.join(temporaryFolder(t), 'a', 'b');
  assert.equal(reportFolder(folder, 'x', new Date()), folder);
  assert.equal(reportFolder(folder, 'x', new Date()), folder);
});

test('a folder with something in it is refused: nothing of anybody is overwritten', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'report.html'), '');
  assert.throws(() => reportFolder(folder, 'x', new Date()), /is not empty/);
});

test('a folder below a file is refused', (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  assert.throws(() => reportFolder(path.join(file, 'below'), 'x', new Date()));
});
