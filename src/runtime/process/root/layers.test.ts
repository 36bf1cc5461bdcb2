import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Layers } from './layers.ts';

function twoLayers(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-layers-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [upper, lower] = [path.join(folder, 'upper'), path.join(folder, 'lower')];
  for (const one of [upper, lower]) mkdirSync(one);
  return { folder, upper, lower, layers: new Layers([upper, lower]) };
}

test('links lead as if the root were /, whatever layer they are in', (t) => {
  const { upper, lower, layers } = twoLayers(t);
  mkdirSync(path.join(lower, 'var'));
  symlinkSync('/run', path.join(lower, 'var/run'));
  symlinkSync('../../../../etc', path.join(upper, 'out'));
  assert.equal(layers.resolve('/var/run/secrets/../app'), '/run/app');
  assert.equal(layers.resolve('/out/passwd'), '/etc/passwd');
  symlinkSync('b', path.join(upper, 'a'));
  symlinkSync('a', path.join(upper, 'b'));
  assert.throws(() => layers.resolve('/a/x'), /too many symbolic links/);
});

test('a mount point is made on top, with folders as open as those that they hide', (t) => {
  const { upper, lower, layers } = twoLayers(t);
  mkdirSync(path.join(lower, 'tmp'), { mode: 0o700 });
  writeFileSync(path.join(lower, 'tmp/there'), '');
  layers.makeMountPoint('/tmp/there', 'file');
  assert.ok(!existsSync(path.join(upper, 'tmp')));
  layers.makeMountPoint('/tmp/new/file', 'file');
  assert.equal(statSync(path.join(upper, 'tmp')).mode & 0o777, 0o700);
  assert.ok(statSync(path.join(upper, 'tmp/new/file')).isFile());
});

test("in what is mounted it is made there, and nowhere in the machine's own folders", (t) => {
  const { folder, upper, layers } = twoLayers(t);
  const volume = path.join(folder, 'volume');
  mkdirSync(volume);
  layers.mount('/data', [volume]);
  layers.makeMountPoint('/data/inner', 'folder');
  assert.ok(existsSync(path.join(volume, 'inner')) && !existsSync(path.join(upper, 'data')));
  layers.mount('/fixed', [volume], { isFixed: true });
  assert.throws(() => layers.makeMountPoint('/fixed/x', 'folder'), /cannot be made there/);
  layers.makeMountPoint('/fixed/inner', 'folder');
});
