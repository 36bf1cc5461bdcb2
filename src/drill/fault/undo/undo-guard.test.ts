import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../../../tests/support/eventually.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { UndoJournal } from './undo-journal.ts';

const patienceMs = 30_000;
const host = fileURLToPath(new URL('../../../../tests/support/drill/guarded-runner.ts', import.meta.url));

function runner(t: TestContext, folder: string, end: string, command: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [host, folder, end, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function pledged(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout);
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said), 'pledged\n');
}

const appends = ['sh', '-c', 'echo undone >> log'];

test('what a runner has pledged is done when it is killed, and its journal goes', async (t) => {
  const folder = temporaryFolder(t);
  const child = runner(t, folder, 'killed', appends);
  await pledged(child);
  assert.equal(UndoJournal.read(path.join(folder, 'run.undo.json')).guardLives, true);
  assert.ok(!existsSync(path.join(folder, 'log')));
  child.kill('SIGKILL');
  await eventually(() => !existsSync(path.join(folder, 'run.undo.json')), patienceMs);
  assert.equal(readFileSync(path.join(folder, 'log'), 'utf8'), 'undone\n');
});

test('a runner that has undone everything itself leaves nothing to its guard', async (t) => {
  const folder = temporaryFolder(t);
  const child = runner(t, folder, 'undone', appends);
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.equal(readFileSync(path.join(folder, 'log'), 'utf8'), 'undone\n', 'once');
  assert.deepEqual(readdirSync(folder), ['log']);
});
