import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { storeConformance } from '../../../tests/conformance/store.ts';
import { actions, propertyParameters, put, StoreModel } from '../../../tests/conformance/store-model.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { fillStore, newDir, withDir, withStoreIn } from '../../../tests/support/store-files.ts';
import { CompactedError } from '../store.ts';
import { SqliteStore } from './store.ts';

storeConformance('sqlite', (options) => SqliteStore.open(newDir(), options), 10);

test('after every restart all is there: objects, older lists, and resumed watches', async () => {
  const property = fc.asyncProperty(fc.array(actions, { minLength: 2, maxLength: 4 }), (runs) =>
    withDir(async (dir) => {
      const model = new StoreModel();
      for (const run of runs) {
        await withStoreIn(dir, async (store) => {
          model.check(store);
          await model.perform(store, run);
        });
      }
      await withStoreIn(dir, (store) => model.check(store));
    }),
  );
  await fc.assert(property, propertyParameters(5));
});

test('until the commit is over nothing is acknowledged, read or watched, and no read waits for it', () =>
  withDir((dir) =>
    withStoreIn(dir, async (store) => {
      await put(store, 'pods/a/1', 'before');
      const seen: string[] = [];
      store.watch('pods/', store.revision, (events) => seen.push(...events.map(({ key }) => key)));
      const other = new Sqlite(join(dir, 'store.db'));
      other.exec('BEGIN IMMEDIATE');
      const written = put(store, 'pods/a/1', 'after').then(() => seen.push('acknowledged'));
      // Meanwhile a whole store is opened, written to and closed elsewhere: time enough for any commit that does not wait.
      await withStoreIn(newDir(), (elsewhere) => put(elsewhere, 'pods/a/1'));
      assert.deepEqual([store.get('pods/a/1')?.value.data.text, seen], ['before', []]);
      other.close();
      await written;
      assert.deepEqual(
        [store.get('pods/a/1')?.value.data.text, seen],
        ['after', ['pods/a/1', 'acknowledged']],
      );
    }),
  ));

test('what history no longer covers leaves the disk, and what is live stays, over restarts', () =>
  withDir(async (dir) => {
    const options = { history: { maxEvents: 50 } };
    const churn = async (store: SqliteStore) => {
      for (let i = 0; i < 100; i++) {
        await Promise.all(Array.from({ length: 20 }, (_, n) => put(store, `pods/a/${n}`, 'x'.repeat(2000))));
      }
    };
    const size = () => statSync(join(dir, 'store.db')).size;
    const first = await withStoreIn(
      dir,
      async (store) => {
        await put(store, 'pods/a/old', 'old');
        await churn(store);
        return store.compactedRevision;
      },
      options,
    );
    const sizeAfterOne = size();
    await withStoreIn(
      dir,
      async (store) => {
        assert.equal(store.get('pods/a/old')?.value.data.text, 'old');
        assert.throws(() => store.watch('pods/', 1, () => {}), CompactedError);
        assert.ok(store.compactedRevision >= first);
        for (let i = 0; i < 3; i++) await churn(store);
      },
      options,
    );
    // Four times the changes in no more room: every change is 2 kB, and 8,000 of them would be 16 MB.
    assert.ok(size() < 2 * sizeAfterOne + (1 << 20), `${sizeAfterOne} bytes became ${size()}`);
  }));

test('the write-ahead log stays bounded', () =>
  withDir((dir) =>
    withStoreIn(dir, async (store) => {
      for (let i = 0; i < 40; i++) await fillStore(store, 2000);
      await eventually(() => statSync(join(dir, 'store.db-wal')).size < 20 << 20);
    }),
  ));
