// What someone meets who clones the repository onto a machine whose Node is too old: real npm, real registry (or npm's cache of it).

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeBasicTools } from '../../scripts/testing/basic-tools.ts';
import { programOnPath } from '../../scripts/testing/programs.ts';

const root = path.join(import.meta.dirname, '../..');
/** Every file that a commit of the present state would have. */
function copyClone(target: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    cpSync(path.join(root, file), path.join(target, file), { force: true });
  }
}

/** A folder for PATH: the basic tools, npm, and a `node` that says it is too old when asked, but still runs npm. */
function makeOldMachine(bin: string): void {
  makeBasicTools(bin);
  const program = (name: string, text: string) =>
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program('node', `[ "$1" != -e ] || exit 1\nexec "${process.execPath}" "$@"`);
  program('npm', `exec "${process.execPath}" "${realpathSync(programOnPath('npm') as string)}" "$@"`);
}

test('a fresh clone with an old Node fetches what it needs and runs, without changing a tracked file', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'relevo fresh '));
  try {
    const clone = path.join(folder, 'clone');
    const bin = path.join(folder, 'bin');
    copyClone(clone);
    makeOldMachine(bin);
    const { NODE_COMPILE_CACHE: _, ...env } = process.env;
    const start = () =>
      spawnSync(path.join(clone, 'relevo'), ['--version'], { env: { ...env, PATH: bin }, encoding: 'utf8' });

    const first = start();
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, /fetching Node 24[^\n]*\n[^\n]*fetching packages[^\n]*\n$/);
    const second = start();
    assert.deepEqual([second.status, second.stdout, second.stderr], [0, first.stdout, '']);
    for (const file of ['package.json', 'package-lock.json']) {
      assert.equal(readFileSync(path.join(clone, file), 'utf8'), readFileSync(path.join(root, file), 'utf8'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
