import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { CreateContainerError } from '../errors.ts';
import type { ContainerSpec, Mount } from '../runtime.ts';
import { ContainerFolder } from './container-folder.ts';

/** A folder with the volumes `data` and `conf`, the latter with a file. */
function worldFor(t: TestContext) {
  const base = mkdtempSync(path.join(tmpdir(), 'relevo-container-'));
  t.after(() => rmSync(base, { recursive: true }));
  const [data, conf] = [path.join(base, 'data'), path.join(base, 'conf')];
  for (const folder of [data, conf]) mkdirSync(folder);
  writeFileSync(path.join(conf, 'file'), 'x');
  const create = (name: string, targets: Record<string, string>, workingDir?: string) => {
    const mounts = Object.entries(targets).map(
      ([target, source]): Mount => ({ source, target, readOnly: false }),
    );
    const image = { name: 'host', id: 'host', pulled: false };
    const plain = { name, attempt: 0, image, env: {}, resources: {}, ports: [] };
    const spec: ContainerSpec = { ...plain, mounts, workingDir };
    const folder = new ContainerFolder(path.join(base, 'containers', name));
    return { folder, ...folder.create(spec) };
  };
  return { data, conf, create };
}

test('a container that starts again finds the mount in a mount of the one before it', (t) => {
  const { data, conf, create } = worldFor(t);
  const targets = { '/data/conf': conf, '/data': data };
  for (const name of ['first', 'second']) {
    const { folder } = create(name, targets);
    assert.equal(readFileSync(folder.inside('/data/conf/file'), 'utf8'), 'x');
  }
  assert.deepEqual(readdirSync(data), ['conf']);
});

test('where another volume has something already, nothing of that is lost', (t) => {
  const { data, conf, create } = worldFor(t);
  mkdirSync(path.join(data, 'conf'));
  writeFileSync(path.join(data, 'conf/own'), 'mine');
  assert.throws(() => create('app', { '/data': data, '/data/conf': conf }), CreateContainerError);
  assert.equal(readFileSync(path.join(data, 'conf/own'), 'utf8'), 'mine');
});

test('the working directory may lie in a volume, and no target leads out of the root', (t) => {
  const { conf, create } = worldFor(t);
  const { folder, cwd } = create('app', { '/etc/app': conf, '/../../up': conf }, '/etc/app');
  assert.equal(cwd, folder.inside('/etc/app'));
  assert.deepEqual(readdirSync(folder.root).toSorted(), ['etc', 'up']);
  assert.throws(() => create('lost', {}, '/no/such/folder'), /does not exist on this machine/);
});
