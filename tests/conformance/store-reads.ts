// The part of the store's conformance suite about reading: lists, watches, and how far back they reach.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreOptions } from '../../src/store/defaults.ts';
import { CompactedError, FutureRevisionError, type Store, type StoreEvent } from '../../src/store/store.ts';
import { put, remove } from './store-model.ts';

/** Makes a test's function out of one that wants an open, empty store. */
export type WithStore = (run: (store: Store) => Promise<void>, options?: StoreOptions) => () => Promise<void>;

export function lists(withStore: WithStore): void {
  const keysOf = (store: Store, prefix: string, options?: Parameters<Store['list']>[1]) =>
    store.list(prefix, options).items.map(({ key }) => key);

  test(
    'a prefix takes in its own keys only, in order',
    withStore(async (store) => {
      const keys = ['pods/b/1', 'pods/a/2', 'pods/a/1', 'pods/a-b/1', 'pods/ab/1', 'pods.x/a/1', 'podsx/a/1'];
      await Promise.all(keys.map((key) => put(store, key)));
      assert.deepEqual(keysOf(store, 'pods/'), [
        'pods/a-b/1',
        'pods/a/1',
        'pods/a/2',
        'pods/ab/1',
        'pods/b/1',
      ]);
      assert.deepEqual(keysOf(store, 'pods/a/'), ['pods/a/1', 'pods/a/2']);
      assert.equal(store.count('pods/a/'), 2);
      assert.deepEqual(store.list('nodes/'), { items: [], revision: store.revision, remaining: 0 });
      assert.throws(() => store.list('pods'), TypeError);
    }),
  );

  test(
    'pages join up to the whole, also at an older revision while keys come and go',
    withStore(async (store) => {
      const keys = Array.from({ length: 25 }, (_, i) => `pods/a/${String(i).padStart(2, '0')}`);
      await Promise.all(keys.map((key) => put(store, key)));
      const { revision } = store;
      const read: string[] = [];
      for (let after: string | undefined, left = 25; left > 0; ) {
        const page = store.list('pods/a/', { limit: 7, after, revision });
        read.push(...page.items.map(({ key }) => key));
        left = page.remaining;
        assert.equal(read.length + left, 25);
        after = read.at(-1);
        await Promise.all([remove(store, keys[read.length] ?? ''), put(store, `pods/a/x${left}`)]);
      }
      assert.deepEqual(read, keys);
    }),
  );

  test(
    'a revision ahead of the newest is refused',
    withStore(async (store) => {
      await put(store, 'pods/a/1');
      assert.throws(() => store.list('pods/', { revision: store.revision + 1 }), FutureRevisionError);
      assert.throws(() => store.watch('pods/', store.revision + 1, () => {}), FutureRevisionError);
    }),
  );
}

export function watches(withStore: WithStore): void {
  test(
    'a commit is delivered as one batch, before the commit listeners and the writers hear of it',
    withStore(async (store) => {
      const order: string[] = [];
      store.watch('pods/', 0, (events) => order.push(`watch ${events.length}`));
      store.onCommit((revision) => order.push(`commit ${revision - store.revision}`));
      await Promise.all(['1', '2', '3'].map((n) => put(store, `pods/a/${n}`).then(() => order.push(n))));
      assert.deepEqual(order, ['watch 3', 'commit 0', '1', '2', '3']);
    }),
  );

  test(
    'a watch begun during a delivery gets each change once',
    withStore(async (store) => {
      const seen: number[] = [];
      const first = store.watch('pods/', 0, () => {
        first.close();
        store.watch('pods/', 0, (events) => seen.push(...events.map(({ revision }) => revision)));
      });
      await put(store, 'pods/a/1');
      await put(store, 'pods/a/2');
      assert.deepEqual(seen, [store.revision - 1, store.revision]);
    }),
  );

  test(
    'nothing is delivered after closing, even in the middle of a delivery',
    withStore(async (store) => {
      const seen: string[] = [];
      const subscriptions = ['a', 'b'].map((id) =>
        store.watch('pods/', 0, () => {
          seen.push(id);
          for (const subscription of subscriptions) subscription.close();
        }),
      );
      await put(store, 'pods/a/1');
      await put(store, 'pods/a/2');
      assert.deepEqual(seen, ['a']);
    }),
  );

  const thrown: unknown[] = [];
  test(
    'a watcher that throws stops neither the others nor the commit',
    withStore(
      async (store) => {
        const seen: string[] = [];
        store.watch('pods/', 0, () => {
          throw new Error('watcher');
        });
        store.onCommit(() => {
          throw new Error('listener');
        });
        store.watch('pods/', 0, () => seen.push('watch'));
        store.onCommit(() => seen.push('commit'));
        await put(store, 'pods/a/1');
        assert.deepEqual(seen, ['watch', 'commit']);
        assert.deepEqual(
          thrown.map((error) => (error as Error).message),
          ['watcher', 'listener'],
        );
      },
      { onListenerError: (error) => thrown.push(error) },
    ),
  );
}

export function histories(withStore: WithStore): void {
  const fill = async (store: Store, changes: number) => {
    for (let i = 0; i < changes; i++) await put(store, `pods/a/${i % 3}`, String(i));
  };
  const clock = { now: () => 0, monotonic: () => nowMs, after: () => () => {} };
  let nowMs = 0;

  test(
    'history keeps so many changes, and no watch begins before it',
    withStore(
      async (store) => {
        await fill(store, 20);
        assert.equal(store.compactedRevision, store.revision - 5);
        const seen: number[] = [];
        store.watch('pods/', store.compactedRevision, (events) => seen.push(events.length));
        assert.deepEqual(seen, [5]);
        const before = store.compactedRevision - 1;
        assert.throws(() => store.watch('pods/', before, () => {}), CompactedError);
        assert.throws(() => store.list('pods/', { revision: before }), CompactedError);
      },
      { history: { maxEvents: 5 } },
    ),
  );

  test(
    'history keeps so many bytes',
    withStore(
      async (store) => {
        await fill(store, 40);
        const kept: StoreEvent[] = [];
        store.watch('pods/', store.compactedRevision, (events) => kept.push(...events));
        const bytes = kept.reduce((sum, { object }) => sum + object.json.length, 0);
        const each = kept[0]?.object.json.length ?? 0;
        assert.ok(bytes <= 2000 && bytes > 2000 - 2 * each, `${bytes} bytes are kept`);
      },
      { history: { maxBytes: 2000 } },
    ),
  );

  test(
    'history keeps so long',
    withStore(
      async (store) => {
        await fill(store, 3);
        const { revision } = store;
        nowMs += 1001;
        await put(store, 'pods/a/9');
        assert.equal(store.compactedRevision, revision);
      },
      { history: { maxAgeMs: 1000 }, clock },
    ),
  );
}
