import assert from 'node:assert/strict';
import { closeSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder, writeFiles } from '../../../../tests/support/temporary-folder.ts';
import { RootWriter } from './root-writer.ts';
import { placeIn, RootedPathError } from './rooted-path.ts';

function write(writer: RootWriter, inside: string, text: string): void {
  const fd = writer.open(inside, 0o644);
  writeSync(fd, text);
  closeSync(fd);
}

test('links are followed as if the folder were the root', (t) => {
  const root = temporaryFolder(t);
  symlinkSync('/etc', path.join(root, 'absolute'));
  symlinkSync('../../..', path.join(root, 'up'));
  symlinkSync('loop', path.join(root, 'loop'));
  assert.equal(placeIn(root, '/absolute/passwd'), path.join(root, 'etc/passwd'));
  assert.equal(placeIn(root, 'up/up/x'), path.join(root, 'x'));
  assert.equal(placeIn(root, '../../x/./..//y'), path.join(root, 'y'));
  assert.equal(placeIn(root, 'absolute'), path.join(root, 'absolute'), 'the last one is itself');
  assert.equal(placeIn(root, 'absolute', { followLast: true }), path.join(root, 'etc'));
  assert.throws(() => placeIn(root, 'loop/x'), RootedPathError);
});

test('whatever links there are, nothing is written outside of the folder', (t) => {
  const part = fc.constantFrom('a', 'b', 'c', '..', '.', 'deep');
  const inside = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const step = fc.record({
    kind: fc.constantFrom('file', 'folder', 'symlink', 'link', 'remove'),
    inside,
    target: fc.oneof(
      inside,
      inside.map((one) => `/${one}`),
      fc.constant('../../../outside'),
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const folder = temporaryFolder(t);
      writeFiles(folder, { 'outside/kept': 'kept' });
      const root = path.join(folder, 'outer/root');
      mkdirSync(root, { recursive: true });
      const writer = new RootWriter(root);
      for (const { kind, inside: where, target } of steps) {
        try {
          if (kind === 'file') write(writer, where, 'x');
          else if (kind === 'folder') writer.folder(where, 0o755);
          else if (kind === 'symlink') writer.symlink(where, target);
          else if (kind === 'link') writer.link(where, target);
          else writer.remove(where);
        } catch (error) {
          if (!(error instanceof RootedPathError) && !(error as NodeJS.ErrnoException).code) throw error;
        }
      }
      assert.deepEqual(readdirSync(folder).sort(), ['outer', 'outside']);
      assert.deepEqual(readdirSync(path.join(folder, 'outer')), ['root']);
      assert.deepEqual(readdirSync(path.join(folder, 'outside')), ['kept']);
      assert.equal(readFileSync(path.join(folder, 'outside/kept'), 'utf8'), 'kept');
    }),
    { numRuns: 60 },
  );
});

test('a file replaces what was there, and is itself never written through', (t) => {
  const folder = writeFiles(temporaryFolder(t), { victim: 'safe' });
  const root = path.join(folder, 'root');
  mkdirSync(root);
  const writer = new RootWriter(root);
  writer.symlink('a', '../victim');
  write(writer, 'a', 'mine');
  write(writer, 'b', 'first');
  writer.link('c', 'b');
  write(writer, 'b', 'second');
  assert.equal(readFileSync(path.join(folder, 'victim'), 'utf8'), 'safe');
  assert.equal(readFileSync(path.join(root, 'a'), 'utf8'), 'mine');
  assert.equal(readFileSync(path.join(root, 'c'), 'utf8'), 'first', 'a hard link keeps its own');
  assert.throws(() => writer.link('d', 'missing'), /"d" is a link to "missing", which is no file/);
});

test('what is copied can be read, changed and removed by its owner', (t) => {
  const folder = writeFiles(temporaryFolder(t), { 'source/x': 'x' });
  const root = path.join(folder, 'root');
  mkdirSync(root);
  const writer = new RootWriter(root);
  writer.tree(path.join(folder, 'source'), '/app', { mode: 0o500 });
  assert.equal(statSync(path.join(root, 'app')).mode & 0o777, 0o700);
  assert.equal(statSync(path.join(root, 'app/x')).mode & 0o777, 0o700);
});
