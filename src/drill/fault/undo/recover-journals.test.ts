import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { UndoWorld } from '../../../../tests/support/drill/undo-world.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { recoverJournals } from './recover-journals.ts';
import { UndoJournal } from './undo-journal.ts';

const soon = { withinMs: 400 };

/** One whose runner is dead. */
function leftBehind(folder: string, run: string, world = ''): string {
  const journal = UndoJournal.open(folder, run, world);
  journal.add('fault 0', [{ type: 'scale', namespace: 'default', deployment: run, replicas: 3 }]);
  const record = JSON.parse(readFileSync(journal.file, 'utf8'));
  writeFileSync(journal.file, JSON.stringify({ ...record, runner: { ...record.runner, identity: 'dead' } }));
  return journal.file;
}

test('what a dead run has left behind is made good, once', async (t) => {
  const folder = temporaryFolder(t);
  const at = new UndoWorld({}, folder);
  await at.addDeployment('web', 0);
  const file = leftBehind(folder, 'web');
  assert.deepEqual(await recoverJournals(at.world), { recovered: ['web.undo.json'], remains: [] });
  assert.equal(await at.replicasOf('web'), 3);
  assert.ok(!existsSync(file));
  assert.deepEqual(await recoverJournals(at.world), { recovered: [], remains: [] });
});

test('what cannot be made good is told, and stays for the next run', async (t) => {
  const folder = temporaryFolder(t);
  const at = new UndoWorld({}, folder);
  at.api.intercept = () => {
    throw new Error('connection refused');
  };
  const file = leftBehind(folder, 'web');
  const { recovered, remains } = await recoverJournals(at.world, soon);
  assert.deepEqual(recovered, []);
  assert.match(String(remains[0]?.en), /default\/web has not 3 replicas again \(connection refused\)/);
  assert.ok(existsSync(file));
});

test('runs that go on, and other clusters, are left alone', async (t) => {
  const folder = temporaryFolder(t);
  const at = new UndoWorld({}, folder);
  for (const name of ['mine', 'other']) await at.addDeployment(name, 0);
  const running = UndoJournal.open(folder, 'mine', '');
  running.add('fault 0', [{ type: 'scale', namespace: 'default', deployment: 'mine', replicas: 3 }]);
  leftBehind(folder, 'other', 'https://elsewhere');
  const access = { type: 'foreign', transport: { server: 'https://here' } } as const;
  const found = await recoverJournals({ ...at.world, access });
  assert.deepEqual(found, { recovered: [], remains: [] });
  assert.deepEqual([await at.replicasOf('mine'), await at.replicasOf('other')], [0, 0]);
});

test('a journal that is damaged is told of, and others are made good', async (t) => {
  const folder = temporaryFolder(t);
  const at = new UndoWorld({}, folder);
  await at.addDeployment('web', 0);
  writeFileSync(path.join(folder, 'broken.undo.json'), '{');
  leftBehind(folder, 'web');
  const { recovered, remains } = await recoverJournals(at.world);
  assert.deepEqual(recovered, ['web.undo.json']);
  assert.match(String(remains[0]?.en), /broken\.undo\.json cannot be read/);
});

test('where no drill has ever run there is nothing to make good', async (t) => {
  const { world } = new UndoWorld({}, path.join(temporaryFolder(t), 'drills'));
  assert.deepEqual(await recoverJournals(world), { recovered: [], remains: [] });
});
