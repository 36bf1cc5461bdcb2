import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../tests/support/eventually.ts';
import { processIdentity } from '../base/process-identity.ts';
import { guardFrozen, killFrozen } from './thaw-guard.ts';

const host = fileURLToPath(new URL('../../tests/support/thaw-guard-host.ts', import.meta.url));

function fileFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-thaw-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'frozen.json');
}

function frozen(t: TestContext): { child: ChildProcess; pid: number } {
  const child = spawn('sleep', ['1000']);
  t.after(() => child.kill('SIGKILL'));
  const pid = Number(child.pid);
  process.kill(pid, 'SIGSTOP');
  return { child, pid };
}

const stateOf = (pid: number) => /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test('what is frozen goes on when its supervisor is killed', async (t) => {
  const { pid } = frozen(t);
  const file = fileFor(t);
  await eventually(() => stateOf(pid) === 'T');
  const supervisor = spawn(process.execPath, [host, file, String(pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(supervisor.stdout, 'data');
  assert.equal(stateOf(pid), 'T');
  supervisor.kill('SIGKILL');
  await eventually(() => stateOf(pid) === 'S');
});

test('a guard that is dismissed leaves nothing behind', async (t) => {
  const { pid } = frozen(t);
  const file = fileFor(t);
  const guard = guardFrozen(file, [pid]);
  assert.ok(existsSync(file));
  guard.dismiss();
  guard.dismiss();
  assert.ok(!existsSync(file));
  await eventually(() => stateOf(pid) === 'T');
});

test('what was left frozen is killed by the next start, a later process with the same pid is not', async (t) => {
  const left = frozen(t);
  const later = frozen(t);
  const file = fileFor(t);
  const records = [
    { pid: left.pid, identity: processIdentity(left.pid) },
    { pid: later.pid, identity: 'of another' },
  ];
  writeFileSync(file, JSON.stringify(records));
  const exited = once(left.child, 'exit');
  killFrozen(file);
  assert.deepEqual(await exited, [null, 'SIGKILL']);
  // One that was told to stop may be at it still.
  await eventually(() => stateOf(later.pid) === 'T');
  assert.ok(!existsSync(file));
  killFrozen(file);
});
