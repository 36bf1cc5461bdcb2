import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { FakeClock } from '../base/fake-clock.ts';
import { rotateLog } from './log-rotation.ts';

test('a full log is put aside, and the one before it is dropped', (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-rotation-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'access.log');
  const clock = new FakeClock();
  const stop = rotateLog(file, clock, 8);
  clock.advance(10_000);
  for (const text of ['first one', 'second one']) {
    appendFileSync(file, 'short');
    clock.advance(10_000);
    assert.ok(existsSync(file), 'one that is not full stays');
    appendFileSync(file, text);
    clock.advance(10_000);
    assert.ok(!existsSync(file));
    assert.equal(readFileSync(`${file}.1`, 'utf8'), `short${text}`);
  }
  stop();
  assert.equal(clock.pending, 0);
});
