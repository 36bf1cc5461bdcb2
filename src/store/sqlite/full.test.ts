// A disk without room, and other refusals of the database: what failed has not happened, and what comes later works.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { put } from '../../../tests/conformance/store-model.ts';
import { fillStore, withDir, withStoreIn } from '../../../tests/support/store-files.ts';
import { StoreFullError } from '../store.ts';
import { RevisionDatabase } from './database.ts';
import { layoutOf } from './layout.ts';
import type { SqliteStore } from './store.ts';

const bigText = 'x'.repeat(20_000);

/** Writes until the first refusal; returns how many were acknowledged. */
async function writeUntilFull(store: SqliteStore): Promise<number> {
  for (let acknowledged = 0; acknowledged < 10_000; acknowledged++) {
    try {
      await put(store, `pods/a/${acknowledged}`, bigText);
    } catch (error) {
      assert.ok(error instanceof StoreFullError, String(error));
      return acknowledged;
    }
  }
  return assert.fail('never full');
}

test('a full database refuses the write, keeps what it acknowledged, and goes on reading', () =>
  withDir(async (dir) => {
    const acknowledged = await withStoreIn(
      dir,
      async (store) => {
        const count = await writeUntilFull(store);
        assert.equal(store.count('pods/'), count);
        await assert.rejects(put(store, 'pods/a/0', bigText), StoreFullError);
        assert.equal(store.get('pods/a/0')?.revision, 1);
        return count;
      },
      { maxPageCount: 100 },
    );
    await withStoreIn(dir, async (store) => {
      assert.equal(store.count('pods/'), acknowledged);
      assert.equal((await put(store, 'pods/a/0', bigText)).changed, true);
    });
  }));

test('a transaction that does not fit fails whole, and a small one after it succeeds', () =>
  withDir((dir) =>
    withStoreIn(
      dir,
      async (store) => {
        const written = Array.from({ length: 100 }, (_, i) => put(store, `pods/a/${i}`, bigText));
        const outcomes = await Promise.allSettled(written);
        assert.ok(outcomes.every((outcome) => outcome.status === 'rejected'));
        assert.equal(store.count('pods/'), 0);
        const { stored } = await put(store, 'pods/a/1');
        // The revisions of the failed ones are gone for good.
        assert.equal(stored?.revision, 101);
      },
      { maxPageCount: 100 },
    ),
  ));

const canMount = process.getuid?.() === 0 && mountWorks();

function mountWorks(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// As the first test, on a real file system; only root can make one.
test('a full file system refuses writes until there is room again', { skip: !canMount }, () =>
  withDir(async (dir) => {
    const small = join(dir, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', small]);
    try {
      const ballast = join(small, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1 << 20));
      const data = join(small, 'data');
      const count = await withStoreIn(data, async (store) => {
        const before = await writeUntilFull(store);
        assert.equal(store.count('pods/'), before);
        rmSync(ballast);
        assert.equal((await put(store, 'pods/a/again')).changed, true);
        return store.count('pods/');
      });
      await withStoreIn(data, (store) => assert.equal(store.count('pods/'), count));
    } finally {
      execFileSync('umount', [small]);
    }
  }),
);

test('after a failed transaction, rows that nobody acknowledged are removed before anything else is written', () =>
  withDir(async (dir) => {
    await withStoreIn(dir, (store) => fillStore(store, 3));
    const layout = layoutOf(dir);
    const database = new RevisionDatabase(layout, { maxPageCount: 0 }, 3);
    // What a commit leaves behind that wrote everything and then returned an error.
    const ghost = new Sqlite(layout.database);
    ghost.exec("INSERT INTO revisions VALUES (4, 'pods/a/ghost', 4, 0, '{}', 0)");
    assert.throws(() => database.commit([3, 'pods/a/3', 3, 0, '{}']), /UNIQUE/);
    assert.equal(ghost.prepare('SELECT max(revision) FROM revisions').pluck().get(), 3);
    database.commit([5, 'pods/a/5', 5, 0, '{"metadata":{}}']);
    ghost.close();
    database.close(5);
    await withStoreIn(dir, (store) => {
      assert.deepEqual([store.revision, store.count('pods/')], [5, 4]);
    });
  }));
