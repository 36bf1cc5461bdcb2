import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { put, remove } from '../../../tests/conformance/store-model.ts';
import { fillStore, newDir, withDir, withStoreIn } from '../../../tests/support/store-files.ts';
import { CompactedError, type Store } from '../store.ts';
import { restoreSnapshot, saveSnapshot } from './snapshot.ts';

const jump = 1_000_000_000;
const text = (store: Store, key: string): string | undefined => store.get(key)?.value.data.text;

test('a snapshot taken under load is one moment: all that came before it, and nothing between', () =>
  withDir(async (dir) => {
    const snapshot = join(newDir(), 'snapshot.db');
    const acknowledged = await withStoreIn(dir, async (store) => {
      await put(store, 'pods/a/first', 'before');
      let saving = true;
      const saved = saveSnapshot(store, snapshot).finally(() => {
        saving = false;
      });
      let pairs = 0;
      // Both of a pair are in one transaction.
      for (; saving; pairs++) {
        await Promise.all([put(store, 'pods/a/left', `${pairs}`), put(store, 'pods/a/right', `${pairs}`)]);
      }
      await saved;
      return pairs;
    });
    assert.ok(acknowledged > 0);
    const restored = newDir();
    await restoreSnapshot(snapshot, restored);
    await withStoreIn(restored, (store) => {
      assert.equal(text(store, 'pods/a/first'), 'before');
      assert.equal(text(store, 'pods/a/left'), text(store, 'pods/a/right'));
    });
  }));

test('a restored store has the old objects, new revisions, and no watch from before', () =>
  withDir(async (dir) => {
    const snapshot = join(newDir(), 'snapshot.db');
    const before = await withStoreIn(dir, async (store) => {
      await put(store, 'pods/a/kept', 'old');
      await put(store, 'pods/a/removed');
      await remove(store, 'pods/a/removed');
      await saveSnapshot(store, snapshot);
      await put(store, 'pods/a/kept', 'new');
      await put(store, 'pods/a/later');
      return store.revision;
    });
    const now = new Date('2026-03-04T05:06:07.089Z');
    const { revision, replaced } = await restoreSnapshot(snapshot, dir, now);
    assert.equal(revision, before + jump);
    assert.equal(replaced, join(dir, 'store.db.replaced-2026-03-04T05-06-07-089Z'));
    assert.ok(existsSync(replaced ?? ''));
    await withStoreIn(dir, async (store) => {
      assert.deepEqual(
        store.list('pods/').items.map(({ key, value }) => [key, value.data.text]),
        [['pods/a/kept', 'old']],
      );
      assert.deepEqual([store.revision, store.compactedRevision], [revision, revision]);
      assert.throws(() => store.watch('pods/', before, () => {}), CompactedError);
      assert.equal((await put(store, 'pods/a/next')).stored?.revision, revision + 1);
    });
  }));

test('an old snapshot restored after a newer one still moves the revisions on, also over a ruined database', () =>
  withDir(async (dir) => {
    const snapshot = join(newDir(), 'snapshot.db');
    await withStoreIn(dir, (store) => fillStore(store, 3));
    await saveSnapshot(dir, snapshot);
    for (const times of [1, 2]) {
      assert.equal((await restoreSnapshot(snapshot, dir)).revision, 3 + times * jump);
    }
    writeFileSync(join(dir, 'store.db'), 'ruined');
    assert.equal((await restoreSnapshot(snapshot, dir)).revision, 3 + 3 * jump);
    rmSync(join(dir, 'store.db'));
    assert.deepEqual(await restoreSnapshot(snapshot, dir), { revision: 3 + 4 * jump, replaced: undefined });
    await withStoreIn(dir, (store) => assert.equal(store.count('pods/'), 3));
  }));

test('a store that is in use is not replaced', () =>
  withDir(async (dir) => {
    const snapshot = join(newDir(), 'snapshot.db');
    await withStoreIn(dir, async (store) => {
      await saveSnapshot(store, snapshot);
      await assert.rejects(restoreSnapshot(snapshot, dir), { name: 'StoreFileError', problem: 'locked' });
      assert.equal((await put(store, 'pods/a/1')).changed, true);
    });
    await withStoreIn(dir, (store) => assert.equal(store.count('pods/'), 1));
  }));

test('a damaged or foreign snapshot changes nothing', () =>
  withDir(async (dir) => {
    const snapshot = join(newDir(), 'snapshot.db');
    await withStoreIn(dir, (store) => fillStore(store));
    await saveSnapshot(dir, snapshot);
    const whole = readFileSync(snapshot);
    const files = readdirSync(dir);
    const refused = (problem: string) =>
      assert.rejects(restoreSnapshot(snapshot, dir), { name: 'StoreFileError', problem });
    truncateSync(snapshot, whole.length - 4096);
    await refused('corrupt');
    const flipped = Buffer.from(whole);
    const at = whole.lastIndexOf('xxxx');
    flipped.write('y', at);
    writeFileSync(snapshot, flipped);
    await refused('corrupt');
    writeFileSync(snapshot, 'something else'.repeat(100));
    await refused('foreign');
    rmSync(snapshot);
    await refused('missing');
    mkdirSync(snapshot);
    await refused('missing');
    assert.deepEqual(readdirSync(dir), files);
    await withStoreIn(dir, (store) => assert.equal(store.count('pods/'), 200));
  }));

test('a snapshot is for its owner only, replaces an older one, and leaves nothing beside it', () =>
  withDir(async (dir) => {
    const folder = newDir();
    const snapshot = join(folder, 'snapshot.db');
    await withStoreIn(dir, (store) => fillStore(store, 1));
    await saveSnapshot(dir, snapshot);
    await saveSnapshot(dir, snapshot);
    assert.equal(statSync(snapshot).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['snapshot.db']);
    await assert.rejects(saveSnapshot(newDir(), snapshot), { name: 'StoreFileError', problem: 'missing' });
    const elsewhere = join(folder, 'none', 'snapshot.db');
    await assert.rejects(saveSnapshot(dir, elsewhere), {
      message: `${elsewhere}: cannot be written (ENOENT); name a file in a folder that can`,
    });
    await assert.rejects(saveSnapshot(dir, folder), { message: `${folder}: is a folder; name a file in it` });
    assert.deepEqual(readdirSync(folder), ['snapshot.db']);
  }));

test('no snapshot is saved of a store that is damaged', () =>
  withDir(async (dir) => {
    await withStoreIn(dir, (store) => fillStore(store));
    const file = join(dir, 'store.db');
    const damaged = readFileSync(file);
    damaged.write('y', damaged.lastIndexOf('xxxx'));
    writeFileSync(file, damaged);
    const folder = newDir();
    await assert.rejects(saveSnapshot(dir, join(folder, 'snapshot.db')), { problem: 'corrupt' });
    assert.deepEqual(readdirSync(folder), []);
  }));
