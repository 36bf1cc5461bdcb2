import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { hasPayload, type Payload, writePayload } from './atomic-folder.ts';

function folderFor(t: TestContext): string {
  const base = mkdtempSync(path.join(tmpdir(), 'relevo-atomic-'));
  t.after(() => rmSync(base, { recursive: true }));
  return path.join(base, 'volume');
}

function files(texts: Record<string, string>, mode = 0o644): Payload {
  return new Map(Object.entries(texts).map(([file, text]) => [file, { data: Buffer.from(text), mode }]));
}

/** What a reader finds below the visible names. */
function visible(folder: string): Record<string, string> {
  const all = readdirSync(folder).filter((name) => !name.startsWith('..'));
  const found: Record<string, string> = {};
  const visit = (file: string): void => {
    const place = path.join(folder, file);
    if (statSync(place).isDirectory()) for (const name of readdirSync(place)) visit(`${file}/${name}`);
    else found[file] = readFileSync(place, 'utf8');
  };
  for (const name of all) visit(name);
  return found;
}

test('files lie behind one link, with the modes asked for', (t) => {
  const folder = folderFor(t);
  assert.equal(hasPayload(folder), false);
  assert.equal(writePayload(folder, files({ 'a.conf': 'one', 'deep/er/b': 'two' }, 0o666)), true);
  assert.equal(hasPayload(folder), true);
  assert.deepEqual(visible(folder), { 'a.conf': 'one', 'deep/er/b': 'two' });
  assert.equal(readlinkSync(path.join(folder, 'a.conf')), '..data/a.conf');
  assert.equal(readlinkSync(path.join(folder, 'deep')), '..data/deep');
  assert.equal(statSync(path.join(folder, 'a.conf')).mode & 0o777, 0o666);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('what is the same is not written again', (t) => {
  const folder = folderFor(t);
  writePayload(folder, files({ a: '1' }));
  const before = readlinkSync(path.join(folder, '..data'));
  assert.equal(writePayload(folder, files({ a: '1' })), false);
  assert.equal(readlinkSync(path.join(folder, '..data')), before);
  assert.equal(writePayload(folder, files({ a: '1' }, 0o600)), true);
});

test('an empty volume counts as written', (t) => {
  const folder = folderFor(t);
  assert.equal(writePayload(folder, files({})), true);
  assert.equal(writePayload(folder, files({})), false);
  assert.equal(hasPayload(folder), true);
});

test('a change that a crash cut short is completed', (t) => {
  const folder = folderFor(t);
  writePayload(folder, files({ a: '1', b: '1' }));
  mkdirSync(path.join(folder, '..2026_01_01_00_00_00.abcdef'));
  writeFileSync(path.join(folder, '..data_tmp'), '');
  rmSync(path.join(folder, 'b'));
  assert.equal(writePayload(folder, files({ a: '1', b: '1' })), false);
  assert.deepEqual(visible(folder), { a: '1', b: '1' });
  writePayload(folder, files({ a: '2' }));
  assert.deepEqual(visible(folder), { a: '2' });
  const hidden = readdirSync(folder).filter((name) => name.startsWith('..'));
  assert.equal(hidden.length, 2, `the link and one version: ${hidden}`);
});

test('what a pod put there stays, unless a file takes its name', (t) => {
  const folder = folderFor(t);
  writePayload(folder, files({ a: '1' }));
  writeFileSync(path.join(folder, 'own'), 'mine');
  writeFileSync(path.join(folder, 'later'), 'mine');
  writePayload(folder, files({ later: '2' }));
  assert.deepEqual(visible(folder), { own: 'mine', later: '2' });
  assert.equal(lstatSync(path.join(folder, 'later')).isSymbolicLink(), true);
});

test('no path leads out of the volume', (t) => {
  for (const file of ['../a', 'a/../../b', '/a', '..data', '']) {
    assert.throws(() => writePayload(folderFor(t), files({ [file]: '' })), /invalid path/);
  }
});

test('whatever was there before, afterwards exactly the payload is', (t) => {
  const folder = folderFor(t);
  const name = fc.constantFrom('a', 'b', 'c', 'd/x', 'd/y', 'e/f/g');
  const texts = fc.dictionary(name, fc.string({ maxLength: 5 }));
  fc.assert(
    fc.property(texts, (wanted) => {
      writePayload(folder, files(wanted));
      assert.deepEqual(visible(folder), { ...wanted });
    }),
    { numRuns: 50 },
  );
});

test('others may look into the folders where that is wanted, and every time anew', (t) => {
  const folder = folderFor(t);
  for (const text of ['one', 'two']) {
    const payload = new Map([['deep/file', { data: Buffer.from(text), mode: 0o644 }]]);
    writePayload(folder, payload, { folderMode: 0o755, group: process.getgid?.() });
    const folders = [folder, path.join(folder, '..data/'), path.join(folder, 'deep/')];
    assert.deepEqual(
      folders.map((one) => statSync(one).mode & 0o777),
      [0o755, 0o755, 0o755],
    );
  }
});
