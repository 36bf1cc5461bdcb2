import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { outputPipes } from './output-pipes.ts';

test('pipes take the place of those that a crash has left between their making and their unlinking', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-pipes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const base = path.join(folder, 'log');
  execFileSync('mkfifo', [`${base}.stdout`]);
  writeFileSync(`${base}.stderr`, 'of somebody who is gone');
  const { stdout, stderr } = await outputPipes(base);
  assert.deepEqual(readdirSync(folder), []);
  for (const [{ readable, writeFd }, said] of [
    [stdout, 'out'],
    [stderr, 'err'],
  ] as const) {
    writeSync(writeFd, said);
    closeSync(writeFd);
    assert.equal(await text(readable), said);
  }
});
