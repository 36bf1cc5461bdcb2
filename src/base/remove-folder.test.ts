import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const nobody = 65_534;

test('a folder goes with what its own owner may not change, and where its links lead stays', (t) => {
  const base = mkdtempSync(path.join(tmpdir(), 'relevo-remove-'));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const [folder, outside] = [path.join(base, 'folder'), path.join(base, 'outside')];
  const locked = path.join(folder, 'deep/locked');
  mkdirSync(locked, { recursive: true });
  mkdirSync(outside);
  writeFileSync(path.join(locked, 'file'), 'x');
  symlinkSync(outside, path.join(folder, 'link'));
  const isRoot = process.getuid?.() === 0;
  // Nothing is locked for root: as it would be for others.
  if (isRoot) for (const one of [base, folder, path.dirname(locked), locked]) chownSync(one, nobody, nobody);
  chmodSync(locked, 0);
  const module = pathToFileURL(path.join(import.meta.dirname, 'remove-folder.ts')).href;
  const script = `
    const { removeFolder } = await import(${JSON.stringify(module)});
    ${isRoot ? `process.setgid(${nobody}); process.setuid(${nobody});` : ''}
    removeFolder(${JSON.stringify(folder)});
    removeFolder(${JSON.stringify(folder)});
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(status, 0, stderr.toString());
  assert.deepEqual([existsSync(folder), existsSync(outside)], [false, true]);
});
