import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { tryFileLock } from './file-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('there is one holder until it lets go', () => {
  const file = path.join(folder, 'lock');
  const lock = tryFileLock(file);
  assert.ok(lock);
  assert.equal(tryFileLock(file), undefined);
  lock.release();
  lock.release();
  const next = tryFileLock(file);
  assert.ok(next);
  next.release();
});

test('a holder killed with -9 has let go', async () => {
  const file = path.join(folder, 'lock');
  const script = `import { tryFileLock } from ${JSON.stringify(import.meta.resolve('./file-lock.ts'))};
    const lock = tryFileLock(${JSON.stringify(file)});
    console.log(lock ? 'held' : 'refused');
    setInterval(() => lock, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(holder, 'exit');
  const [said] = await once(holder.stdout, 'data');
  assert.equal(String(said), 'held\n');
  assert.deepEqual(readdirSync(folder), ['lock']);
  assert.equal(tryFileLock(file), undefined);
  holder.kill('SIGKILL');
  await exited;
  const lock = tryFileLock(file);
  assert.ok(lock);
  lock.release();
});
