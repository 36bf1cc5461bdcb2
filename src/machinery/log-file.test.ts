import assert from 'node:assert/strict';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LogFile, openLog } from './log-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-log-'));
  file = path.join(folder, 'logs/one.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a full log is put aside once, for its owner only', () => {
  const log = new LogFile(file, 10);
  for (const word of ['first....', 'second...', 'third....', 'x']) log.write(Buffer.from(word));
  log.close();
  log.write(Buffer.from('lost'));
  assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['one.log', 'one.log.1']);
  assert.equal(readFileSync(file, 'utf8'), 'third....x');
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'second...');
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('the log of an earlier run is continued', () => {
  for (const word of ['a', 'b']) {
    const log = new LogFile(file, 2);
    log.write(Buffer.from(word));
    log.close();
  }
  assert.equal(readFileSync(file, 'utf8'), 'ab');
});

test('a log that a program writes itself begins anew at its start when it is full', () => {
  mkdirSync(path.dirname(file), { recursive: true });
  for (const word of ['old', 'full....', 'new']) {
    closeSync(openLog(file, 8));
    writeFileSync(file, word, { flag: 'a' });
  }
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'oldfull....');
  assert.equal(readFileSync(file, 'utf8'), 'new');
});
