// What is kept was damaged, is of a newer version or is no snapshot: refused in one line, never emptied, never half replaced.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { writeMeta } from '../../src/store/sqlite/schema.ts';
import { processesOf, RelevoHome } from '../support/relevo.ts';

let home: RelevoHome;
let sound: string;
let cluster: string;
let data: string;

before(async () => {
  home = new RelevoHome();
  cluster = path.join(home.path, 'clusters/default');
  data = path.join(cluster, 'data');
  sound = path.join(home.path, 'sound');
  const manifest = path.join(home.path, 'kept.yml');
  writeFileSync(manifest, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\n');
  const started = await home.run('up', '--detach', '--runtime', 'simulated', '-f', manifest);
  assert.equal(started.code, 0, started.stderr);
  assert.equal((await home.run('down')).code, 0);
  cpSync(cluster, sound, { recursive: true });
});
beforeEach(() => {
  rmSync(cluster, { recursive: true, force: true });
  cpSync(sound, cluster, { recursive: true });
});
after(() => home.remove());

async function refused(args: string[], says: RegExp): Promise<void> {
  const { code, stdout, stderr } = await home.run(...args);
  assert.deepEqual([code, stdout], [1, ''], stderr);
  assert.match(stderr, /^relevo: [^\n]*\n$/);
  assert.match(stderr, says);
  assert.deepEqual(processesOf(home.path), []);
}

/** Starts it, looks whether the object is still there, and stops it. */
async function startsAndHasAll(): Promise<void> {
  const { code, stderr } = await home.run('up', '--detach');
  assert.equal(code, 0, stderr);
  await home.kubectl('default', 'get', 'configmap', 'kept');
  assert.equal((await home.run('down')).code, 0);
}

const store = () => path.join(data, 'store/store.db');

function ofNewerVersion(file: string): void {
  const database = new Sqlite(file);
  writeMeta(database, { version: 99 });
  database.close();
}

const damages: Record<string, [how: (file: string) => void, says: RegExp]> = {
  truncated: [(file) => truncateSync(file, 8192), /store\.db: the database is damaged .*restore a snapshot/],
  emptied: [(file) => writeFileSync(file, ''), /store\.db: the database is empty .*restore a snapshot/],
  removed: [(file) => rmSync(file), /store\.db: the database is gone, .*restore a snapshot/],
  overwritten: [
    (file) => writeFileSync(file, 'x'.repeat(10_000)),
    /store\.db: not a database; move it away or restore/,
  ],
  'of a newer version': [
    ofNewerVersion,
    /store\.db: written by a newer version \(format 99, .*use that version/,
  ],
};
for (const [what, [how, says]] of Object.entries(damages)) {
  test(`a store that is ${what} is refused and stays as it is, in the background as well`, async () => {
    how(store());
    const found = existsSync(store()) ? readFileSync(store()) : undefined;
    await refused(['up'], says);
    await refused(['up', '--detach'], says);
    assert.deepEqual(existsSync(store()) ? readFileSync(store()) : undefined, found);
    cpSync(path.join(sound, 'data'), data, { recursive: true });
    await startsAndHasAll();
  });
}

test('a lost authority or signing key is refused, certificates that it can issue again are mended', async () => {
  for (const name of ['ca.crt', 'ca.key', 'sa.key']) {
    const file = path.join(data, 'pki', name);
    writeFileSync(file, 'garbage');
    await refused(
      ['up'],
      /certificates in .*pki cannot be used: .*; restore the directory from a copy, or delete/,
    );
    assert.equal(readFileSync(file, 'utf8'), 'garbage');
    cpSync(path.join(sound, 'data/pki', name), file);
  }
  writeFileSync(path.join(data, 'pki/apiserver.crt'), 'garbage');
  rmSync(path.join(data, 'pki/admin.key'));
  await startsAndHasAll();
});

test('damaged notes of the cluster are named', async () => {
  for (const text of ['', '{"nodes": "many"}', '{"apiPort": -3}']) {
    writeFileSync(path.join(data, 'cluster.json'), text);
    await refused(['up'], /cluster\.json is damaged: mend it, or delete it to start with the defaults/);
  }
  rmSync(path.join(data, 'cluster.json'));
  writeFileSync(path.join(cluster, 'runtime.json'), '');
  for (const verb of ['status', 'down', 'delete']) {
    await refused([verb], /runtime\.json is damaged; "relevo up --name default" writes it anew/);
  }
  await startsAndHasAll();
});

test('only a snapshot is restored, and only a whole store is saved', async () => {
  const snapshot = path.join(home.path, 'snapshot.db');
  assert.equal((await home.run('snapshot', 'save', snapshot)).code, 0);
  const other = path.join(home.path, 'other');
  writeFileSync(other, 'no snapshot');
  await refused(
    ['snapshot', 'restore', other],
    /other: is no snapshot; name a file that a snapshot was saved in/,
  );
  mkdirSync(path.join(home.path, 'folder'), { recursive: true });
  for (const name of ['missing', 'folder']) {
    await refused(['snapshot', 'restore', path.join(home.path, name)], /: there is no such file; name one/);
  }
  truncateSync(snapshot, 8192);
  await refused(['snapshot', 'restore', snapshot], /the snapshot is damaged; take another one/);
  await refused(
    ['snapshot', 'save', path.join(home.path, 'none/file')],
    /none\/file: cannot be written \(ENOENT\)/,
  );
  await startsAndHasAll();
  const damaged = readFileSync(store());
  damaged.fill(0x55, 4 * 4096 + 100, 5 * 4096);
  writeFileSync(store(), damaged);
  await refused(['snapshot', 'save', snapshot], /store\.db: the database is damaged/);
});
