import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { processIdentity } from '../../../base/process-identity.ts';
import { runCommand, runCommandWell } from './run-command.ts';

const options = { folder: '/', timeoutMs: 30_000 };

test('a command runs in its folder, and its end and last line are told', async (t) => {
  const folder = temporaryFolder(t);
  const end = await runCommand(['sh', '-c', 'pwd > here; echo one; echo two >&2; exit 3'], {
    ...options,
    folder,
  });
  assert.deepEqual([end.code, readFileSync(path.join(folder, 'here'), 'utf8').trim()], [3, folder]);
  assert.match(end.lastLine, /one|two/);
  await assert.rejects(
    runCommandWell(['sh', '-c', 'echo broken; exit 3'], options),
    /ended with code 3: broken/,
  );
  await assert.rejects(runCommand(['/nowhere/program'], options), /ENOENT/);
});

test('a command that takes too long goes with all that it started', async (t) => {
  const folder = temporaryFolder(t);
  const script = 'sleep 300 & echo $! > pid; wait';
  await assert.rejects(
    runCommand(['sh', '-c', script], { folder, timeoutMs: 1_000 }),
    /took longer than 1 s/,
  );
  const pid = Number(readFileSync(path.join(folder, 'pid'), 'utf8'));
  await eventually(() => processIdentity(pid) === undefined);
});

test('a command goes with the drill', async (t) => {
  const folder = temporaryFolder(t);
  const abort = new AbortController();
  const pidFile = path.join(folder, 'pid');
  const running = runCommand(['sh', '-c', 'echo $$ > pid; exec sleep 300'], {
    ...{ ...options, folder, signal: abort.signal },
  });
  const pid = await eventually(() => Number(readFileSync(pidFile, 'utf8').trim()) || undefined);
  abort.abort(new Error('the drill was ended'));
  await assert.rejects(running, /the drill was ended/);
  await eventually(() => processIdentity(pid) === undefined);
});
