import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { makeFolder } from './make-folder.ts';

const base = mkdtempSync(path.join(os.tmpdir(), 'relevo-folder-'));
after(() => rmSync(base, { recursive: true, force: true }));

test('a folder is made with all above it, for its owner only, and may be there already', () => {
  const folder = path.join(base, 'a/b/c');
  makeFolder(folder);
  makeFolder(folder);
  for (const each of ['a', 'a/b', 'a/b/c']) {
    assert.equal(statSync(path.join(base, each)).mode & 0o777, 0o700);
  }
});

test('a file in the way is named', () => {
  const file = path.join(base, 'file');
  writeFileSync(file, '');
  for (const wanted of [file, path.join(file, 'below/it')]) {
    assert.throws(() => makeFolder(wanted), {
      message: `cannot make the folder ${file} (there is a file of that name)`,
    });
  }
});

test('where nobody can make folders there is an end', { skip: !existsSync('/proc/self') }, () => {
  assert.throws(
    () => makeFolder('/proc/relevo/deep/down'),
    /^Error: cannot make the folder \/proc\/relevo \(/,
  );
});

const asRoot = process.getuid?.() === 0;
test('a folder that may not be written is refused', { skip: asRoot && 'root may write everywhere' }, () => {
  assert.throws(() => makeFolder('/usr'), /cannot write in \/usr \(permission denied\)/);
});
