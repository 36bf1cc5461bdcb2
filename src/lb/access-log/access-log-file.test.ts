import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { AccessLogFile } from './access-log-file.ts';

const fileIn = (t: TestContext) => path.join(temporaryFolder(t), 'access.log');

function openIn(t: TestContext, file: string): AccessLogFile {
  const log = new AccessLogFile({ file });
  t.after(() => log.close());
  return log;
}

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

test('lines are written within a moment, and at once when the log is closed', async (t) => {
  const file = fileIn(t);
  const log = openIn(t, file);
  log.append('one');
  await eventually(() => textOf(file) === 'one\n');
  log.append('two');
  log.append('caf\xe9');
  await log.close();
  assert.equal(textOf(file), 'one\ntwo\ncafé\n');
  assert.equal(log.dropped, 0);
});

test('closing twice is closing; lines that come later are counted', async (t) => {
  const log = openIn(t, fileIn(t));
  await Promise.all([log.close(), log.close()]);
  log.append('late');
  assert.equal(log.dropped, 1);
});

test('several writers keep their lines whole', async (t) => {
  const file = fileIn(t);
  const logs = Array.from({ length: 3 }, () => openIn(t, file));
  const lines: string[] = [];
  for (let round = 0; round < 1_000; round += 1) {
    for (const [index, log] of logs.entries()) {
      const line = `${index} ${round} ${'x'.repeat(round % 300)}`;
      lines.push(line);
      log.append(line);
    }
    if (round % 250 === 0) await new Promise(setImmediate);
  }
  await Promise.all(logs.map((log) => log.close()));
  assert.deepEqual(textOf(file).trimEnd().split('\n').sort(), lines.sort());
});

test('a renamed or removed file is begun anew', async (t) => {
  const file = fileIn(t);
  const log = openIn(t, file);
  log.append('first');
  await eventually(() => textOf(file) === 'first\n');
  renameSync(file, `${file}.1`);
  log.append('second');
  await eventually(() => textOf(file) === 'second\n');
  assert.equal(textOf(`${file}.1`), 'first\n');
  rmSync(file);
  log.append('third');
  await eventually(() => textOf(file) === 'third\n');
});

test('a full disk loses lines, counted, and nothing else', async (t) => {
  const log = openIn(t, '/dev/full');
  for (let line = 0; line < 3_000; line += 1) log.append('x'.repeat(100));
  await log.close();
  assert.equal(log.dropped, 3_000);
});

test('a folder that is not there loses lines until it is', async (t) => {
  const folder = path.join(temporaryFolder(t), 'logs');
  const file = path.join(folder, 'access.log');
  const log = openIn(t, file);
  log.append('lost');
  await eventually(() => log.dropped === 1);
  mkdirSync(folder);
  log.append('kept');
  await eventually(() => textOf(file) === 'kept\n');
});

test('lines that a disk does not take in time are dropped rather than kept in memory', async (t) => {
  const file = fileIn(t);
  const log = openIn(t, file);
  // All in one turn: nothing can be written meanwhile but what the first flush took.
  const line = 'x'.repeat(1_023);
  for (let count = 0; count < 8_192; count += 1) log.append(line);
  assert.ok(log.dropped > 3_000, String(log.dropped));
  await log.close();
  assert.equal(textOf(file).length, (8_192 - log.dropped) * 1_024);
});
