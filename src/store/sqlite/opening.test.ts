// What is refused, and how: never a silent new beginning.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { propertyParameters, put } from '../../../tests/conformance/store-model.ts';
import { fillStore, withDir, withStoreIn } from '../../../tests/support/store-files.ts';
import { StoreFileError, type StoreFileProblem } from './errors.ts';
import { SqliteStore } from './store.ts';

/** Checks that opening fails with one line that names the file and a way out, and leaves the database as it is. */
async function assertRefused(dir: string, problem: StoreFileProblem, detail: RegExp): Promise<void> {
  const file = join(dir, 'store.db');
  const before = existsSync(file) ? readFileSync(file) : undefined;
  await assert.rejects(SqliteStore.open(dir), (error) => {
    assert.ok(error instanceof StoreFileError, String(error));
    assert.equal(error.problem, problem, error.message);
    assert.match(error.message, detail);
    assert.ok(error.message.startsWith(`${error.file}: `) && error.file.startsWith(dir));
    assert.match(error.message, /restore a snapshot|stop that one first/);
    assert.ok(!error.message.includes('\n'));
    return true;
  });
  assert.deepEqual(existsSync(file) ? readFileSync(file) : undefined, before);
}

const withFilled = (run: (dir: string, file: string) => Promise<void>) => () =>
  withDir(async (dir) => {
    await withStoreIn(dir, (store) => fillStore(store));
    await run(dir, join(dir, 'store.db'));
  });

test(
  'a database that is gone is missed',
  withFilled(async (dir, file) => {
    rmSync(file);
    await assertRefused(dir, 'missing', /store\.json says/);
  }),
);

test(
  'an empty database is not taken for a new one, log or no log beside it',
  withFilled(async (dir, file) => {
    writeFileSync(file, '');
    await assertRefused(dir, 'missing', /0 bytes/);
    rmSync(join(dir, 'store.json'));
    writeFileSync(`${file}-wal`, 'x');
    await assertRefused(dir, 'missing', /0 bytes/);
    rmSync(file);
    await assertRefused(dir, 'missing', /store\.db-wal says/);
  }),
);

test(
  'a file that is not a database, or not ours, is left alone',
  withFilled(async (dir, file) => {
    writeFileSync(file, 'x'.repeat(10_000));
    await assertRefused(dir, 'foreign', /not a database/);
    rmSync(file);
    new Sqlite(file).exec('CREATE TABLE t (a)').close();
    await assertRefused(dir, 'foreign', /not a store/);
  }),
);

test(
  'a file of a newer version is left alone',
  withFilled(async (dir, file) => {
    const database = new Sqlite(file);
    const { writeMeta } = await import('./schema.ts');
    writeMeta(database, { version: 2 });
    database.close();
    await assertRefused(dir, 'newer', /format 2, this one knows 1/);
  }),
);

test(
  'a file that is cut off is refused, wherever it is cut',
  withFilled(async (dir, file) => {
    const whole = statSync(file).size;
    for (const size of [whole - 1, whole - 4096, 8192, 4096, 200, 50]) {
      truncateSync(file, size);
      await assertRefused(dir, size < 100 ? 'foreign' : 'corrupt', /./);
    }
  }),
);

test('a bit that flipped is refused, or of no consequence', () =>
  withDir(async (dir) => {
    const file = join(dir, 'store.db');
    const texts = (store: SqliteStore) => store.list('pods/').items.map(({ json }) => json);
    const expected = await withStoreIn(dir, async (store) => {
      await fillStore(store, 60);
      await fillStore(store, 30);
      return { texts: texts(store), revision: store.revision };
    });
    const whole = readFileSync(file);
    const place = fc.record({ at: fc.nat({ max: whole.length - 1 }), bit: fc.nat({ max: 7 }) });
    const property = fc.asyncProperty(place, async ({ at, bit }) => {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at);
      rmSync(`${file}-wal`, { force: true });
      writeFileSync(file, damaged);
      try {
        const found = await withStoreIn(dir, (store) => ({ texts: texts(store), revision: store.revision }));
        assert.deepEqual(found, expected);
      } catch (error) {
        assert.ok(error instanceof StoreFileError, String(error));
      }
    });
    await fc.assert(property, propertyParameters(15));
  }));

test('an old copy in the place of the database, or a log that was removed, is noticed', () =>
  withDir(async (dir) => {
    const file = join(dir, 'store.db');
    await withStoreIn(dir, (store) => fillStore(store, 5));
    copyFileSync(file, `${file}.old`);
    await withStoreIn(dir, (store) => put(store, 'pods/a/new'));
    copyFileSync(`${file}.old`, file);
    await assertRefused(dir, 'behind', /ends at revision 5, but 6 was acknowledged/);
  }));

/** A process that holds the store in `dir` open until it is killed. */
async function holder(dir: string): Promise<ChildProcess> {
  const store = new URL('./store.ts', import.meta.url).href;
  const script = `const { SqliteStore } = await import('${store}'); await SqliteStore.open(process.argv[1]); console.log('open');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(() => assert.fail('the holder died'));
  await Promise.race([once(child.stdout, 'data'), died]);
  died.catch(() => {});
  return child;
}

test('a directory has one user, who is named, and whose death frees it', () =>
  withDir(async (dir) => {
    const child = await holder(dir);
    try {
      await assertRefused(dir, 'locked', new RegExp(`in use by process ${child.pid};`));
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await withStoreIn(dir, async (store) => {
      await assertRefused(dir, 'locked', new RegExp(`in use by process ${process.pid};`));
      assert.equal((await put(store, 'pods/a/1')).changed, true);
    });
    await withStoreIn(dir, (store) => assert.equal(store.count('pods/'), 1));
  }));

test('a directory that cannot be made is named', () =>
  withDir(async (dir) => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    await assert.rejects(SqliteStore.open(join(file, 'data')), { name: 'StoreFileError', problem: 'io' });
  }));
