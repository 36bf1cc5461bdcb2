import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { processIdentity } from '../base/process-identity.ts';
import { ClusterDir, ClusterNameError, clusterNames, relevoHome } from './cluster-dir.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'relevo-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function recordOf(pid: number) {
  return {
    pid,
    identity: String(processIdentity(pid)),
    startedAt: '2026-01-01T00:00:00Z',
    version: '0.1.0',
    apiUrl: 'https://127.0.0.1:6443',
    data: '/data',
    ports: { api: 6443 },
  };
}

test('RELEVO_HOME comes first, then XDG_DATA_HOME when it is absolute, then the home folder', () => {
  assert.equal(relevoHome({ RELEVO_HOME: '/a', XDG_DATA_HOME: '/b' }, '/home/me'), '/a');
  assert.equal(relevoHome({ XDG_DATA_HOME: '/b' }, '/home/me'), '/b/relevo');
  assert.equal(relevoHome({ XDG_DATA_HOME: 'b' }, '/home/me'), '/home/me/.local/share/relevo');
  assert.equal(relevoHome({}, '/home/me'), '/home/me/.local/share/relevo');
});

for (const name of ['', '.', '..', 'a/b', 'A', '-a', 'a-', 'a b', 'ä', 'a'.repeat(41)]) {
  test(`"${name}" cannot be a cluster's name`, () => {
    assert.throws(() => new ClusterDir(name, { home }), ClusterNameError);
  });
}

test('folders and files are closed to others, whatever the umask', () => {
  const before = process.umask(0);
  try {
    const cluster = new ClusterDir('web', { home });
    cluster.create();
    cluster.create();
    cluster.writeKubeconfig('text');
    cluster.writeRuntime(recordOf(process.pid));
    assert.equal(statSync(cluster.path).mode & 0o777, 0o700);
    assert.equal(statSync(cluster.data).mode & 0o777, 0o700);
    assert.equal(statSync(cluster.kubeconfig).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(cluster.path, 'runtime.json')).mode & 0o777, 0o600);
  } finally {
    process.umask(before);
  }
});

test('clusters are listed by name, none where there is no folder yet', () => {
  assert.deepEqual(clusterNames(home), []);
  for (const name of ['web', 'default']) new ClusterDir(name, { home }).create();
  assert.deepEqual(clusterNames(home), ['default', 'web']);
});

test('a cluster runs as long as the process of its record lives', async () => {
  const cluster = new ClusterDir('web', { home });
  cluster.create();
  assert.equal(cluster.running(), undefined);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const exited = once(child, 'exit');
  const record = recordOf(child.pid as number);
  cluster.writeRuntime(record);
  assert.deepEqual(cluster.running(), record);
  child.kill('SIGKILL');
  await exited;
  assert.equal(cluster.running(), undefined);
});

test('a later process with the same pid is not taken for the cluster', () => {
  const cluster = new ClusterDir('web', { home });
  cluster.create();
  cluster.writeRuntime({ ...recordOf(process.pid), identity: 'another' });
  assert.equal(cluster.running(), undefined);
});

test('a data folder of the user is kept when the cluster is removed', () => {
  const data = path.join(home, 'mine');
  const cluster = new ClusterDir('web', { home, data });
  cluster.create();
  cluster.remove();
  assert.ok(statSync(data).isDirectory());
  assert.deepEqual(clusterNames(home), []);
});
