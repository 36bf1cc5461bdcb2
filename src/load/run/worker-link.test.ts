import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { temporaryFolder, writeFiles } from '../../../tests/support/temporary-folder.ts';
import { WorkerLink } from './worker-link.ts';

/** What V8 goes by: a number made of its flags, all but that of the young space; and the most its heap may have, with the young space in it. */
const heap = `(({ cachedDataVersionTag, getHeapStatistics }) =>
  cachedDataVersionTag() + ' ' + getHeapStatistics().heap_size_limit + '.')(require('node:v8'))`;

function heapWith(...flags: string[]): string {
  return execFileSync(process.execPath, [...flags, '-p', heap], { encoding: 'utf8' }).trim();
}

test('a worker has a small young space, and looks for garbage sooner than others do', async (t) => {
  const [young, growing] = ['--max-semi-space-size=16', '--heap-growing-percent=70'];
  const wanted = heapWith(young, growing);
  for (const other of [heapWith(young), heapWith(growing)]) assert.notEqual(other, wanted);
  const folder = temporaryFolder(t);
  const answer = path.join(folder, 'answer');
  const writes = `require('node:fs').writeFileSync(${JSON.stringify(answer)}, ${heap});`;
  writeFiles(folder, { 'probe.cjs': writes });
  // Asks the worker's process itself.
  process.env.NODE_OPTIONS = `--require ${JSON.stringify(path.join(folder, 'probe.cjs'))}`;
  const link = new WorkerLink();
  delete process.env.NODE_OPTIONS;
  t.after(() => link.close());
  const found = await eventually(() => /^.*\.$/.exec(readFileSync(answer, 'utf8'))?.[0]);
  assert.equal(found, wanted);
});
