import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import type { UndoStep } from '../undo.ts';
import { UndoJournal } from './undo-journal.ts';

const start = (node: string): UndoStep => ({ type: 'node-start', node });

test('what is pledged is on disk when that returns, for its owner only, and is read the last first', (t) => {
  const folder = temporaryFolder(t);
  const journal = UndoJournal.open(path.join(folder, 'drills'), 'run-1', 'a cluster');
  journal.add('nothing', []);
  assert.ok(!existsSync(journal.file), 'nothing is to be undone');
  journal.add('a', [start('node-1')]);
  journal.add('b', [start('node-2'), start('node-3')]);
  assert.equal(statSync(journal.file).mode & 0o777, 0o600);
  const read = UndoJournal.read(journal.file);
  assert.deepEqual(read.steps, [start('node-2'), start('node-3'), start('node-1')]);
  assert.equal(read.world, 'a cluster');
  assert.ok(read.runnerLives, 'this process wrote it');
});

test('a journal goes when nothing remains, and stays as long as something does', (t) => {
  const journal = UndoJournal.open(temporaryFolder(t), 'run-1', '');
  journal.add('a', [start('node-1')]);
  journal.add('b', [start('node-2')]);
  journal.done('a');
  journal.done('a');
  assert.deepEqual(UndoJournal.read(journal.file).steps, [start('node-2')]);
  journal.done('b');
  journal.done('b');
  assert.ok(!existsSync(journal.file));
});

test('a runner whose PID is another process by now is dead', (t) => {
  const journal = UndoJournal.open(temporaryFolder(t), 'run-1', '');
  journal.add('a', [start('node-1')]);
  const record = JSON.parse(readFileSync(journal.file, 'utf8'));
  writeFileSync(
    journal.file,
    JSON.stringify({ ...record, runner: { ...record.runner, identity: 'earlier' } }),
  );
  assert.ok(!UndoJournal.read(journal.file).runnerLives);
});

test('what is no journal is refused', (t) => {
  const file = path.join(temporaryFolder(t), 'x.undo.json');
  writeFileSync(file, '{"version":2}');
  assert.throws(() => UndoJournal.read(file), /no journal of a drill/);
});
