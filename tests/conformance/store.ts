// What every store promises, whatever is below it. A driver runs this suite from its own test file.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { StoreOptions } from '../../src/store/defaults.ts';
import { type Store, type StoreEvent, StoreFailedError } from '../../src/store/store.ts';
import { actions, objectOf, propertyParameters, put, remove, StoreModel } from './store-model.ts';
import { histories, lists, type WithStore, watches } from './store-reads.ts';

/** Gives a new, empty store; the suite closes it. */
type OpenStore = (options?: StoreOptions) => Promise<Store>;

/** `runs` of the random test; a slow driver takes fewer. */
export function storeConformance(name: string, open: OpenStore, runs = 60): void {
  const withStore = (run: (store: Store) => Promise<void>, options?: StoreOptions) => async () => {
    const store = await open(options);
    try {
      await run(store);
    } finally {
      await store.close();
    }
  };
  describe(`${name}: writes`, () => writes(withStore));
  describe(`${name}: lists`, () => lists(withStore));
  describe(`${name}: watches`, () => watches(withStore));
  describe(`${name}: history`, () => histories(withStore));
  describe(`${name}: closing`, () => closing(open));

  test(`${name}: random writes agree with the model, in every list and every resumed watch`, async () => {
    const property = fc.asyncProperty(actions, async (list) => {
      const store = await open();
      try {
        const model = new StoreModel();
        await model.perform(store, list);
        model.check(store);
      } finally {
        await store.close();
      }
    });
    await fc.assert(property, propertyParameters(runs));
  });
}

const count = (store: Store, key: string) =>
  store.write(key, (current) => ({
    op: 'put',
    value: objectOf('counter', String(Number(current?.value.data.text ?? 0) + 1)),
  }));

const refuseExisting = (store: Store, key: string) =>
  store.write(key, (current) => {
    if (current) throw new Error('exists');
    return { op: 'put', value: objectOf('x') };
  });

function writes(withStore: WithStore): void {
  test(
    'an object is stored with its revision',
    withStore(async (store) => {
      const { stored, changed } = await put(store, 'pods/default/web', 'hello');
      assert.equal(changed, true);
      assert.equal(stored, store.get('pods/default/web'));
      assert.equal(stored?.value.metadata.resourceVersion, String(stored?.revision));
      assert.deepEqual(JSON.parse(stored?.json ?? ''), stored?.value);
      assert.equal(store.revision, stored?.revision);
    }),
  );

  test(
    'nothing is visible before it is durable',
    withStore(async (store) => {
      const seen: number[] = [];
      store.watch('pods/', 0, (events) => seen.push(...events.map(({ revision }) => revision)));
      const written = put(store, 'pods/a/1');
      assert.equal(store.get('pods/a/1'), undefined);
      assert.equal(store.count('pods/'), 0);
      assert.deepEqual(seen, []);
      await written;
      assert.deepEqual(seen, [store.revision]);
    }),
  );

  test(
    'writes on one key are decided one after the other, each on the accepted state',
    withStore(async (store) => {
      const results = await Promise.all(Array.from({ length: 50 }, () => count(store, 'pods/a/1')));
      assert.deepEqual(
        results.map(({ stored }) => stored?.value.data.text),
        Array.from({ length: 50 }, (_, i) => String(i + 1)),
      );
      assert.equal(store.get('pods/a/1')?.createRevision, results[0]?.stored?.revision);
    }),
  );

  test(
    'a key that is created again has a new create revision',
    withStore(async (store) => {
      await put(store, 'pods/a/1');
      await remove(store, 'pods/a/1');
      const { stored } = await put(store, 'pods/a/1');
      assert.equal(stored?.createRevision, stored?.revision);
    }),
  );

  test(
    'what rests on an accepted state is told only when that is durable',
    withStore(async (store) => {
      const order: string[] = [];
      await Promise.all([
        put(store, 'pods/a/1').then(() => order.push('put')),
        store
          .write('pods/a/1', () => ({ op: 'none' }))
          .then(({ stored, changed }) => {
            assert.deepEqual([changed, stored], [false, store.get('pods/a/1')]);
            order.push('none');
          }),
        assert.rejects(refuseExisting(store, 'pods/a/1'), /exists/).then(() => order.push('refused')),
      ]);
      assert.equal(order[0], 'put');
    }),
  );

  test(
    'a removal shows the last state with its own revision',
    withStore(async (store) => {
      const created = (await put(store, 'pods/a/1', 'last')).stored;
      const events: StoreEvent[] = [];
      store.watch('pods/', store.revision, (batch) => events.push(...batch));
      const { stored } = await remove(store, 'pods/a/1');
      assert.equal(store.get('pods/a/1'), undefined);
      assert.equal(events[0]?.object, stored);
      assert.equal(events[0]?.previous, created);
      assert.deepEqual(
        [
          stored?.value.data.text,
          stored?.value.metadata.resourceVersion,
          created?.value.metadata.resourceVersion,
        ],
        ['last', String(store.revision), String(created?.revision)],
      );
    }),
  );

  test(
    'a removal may give the last state itself, and one of nothing changes nothing',
    withStore(async (store) => {
      await put(store, 'pods/a/1');
      const value = objectOf('1', 'going');
      const { stored } = await store.write('pods/a/1', () => ({ op: 'delete', value }));
      assert.equal(stored?.value.data.text, 'going');
      const { revision } = store;
      assert.deepEqual(await remove(store, 'pods/a/1'), { stored: undefined, changed: false });
      assert.equal(store.revision, revision);
    }),
  );

  test(
    'a stored object is not stored again, nor its metadata',
    withStore(async (store) => {
      await put(store, 'pods/a/1');
      const before = store.get('pods/a/1')?.json;
      const again = (change: (value: ReturnType<typeof objectOf>) => ReturnType<typeof objectOf>) =>
        store.write('pods/a/1', (current) => ({ op: 'put', value: change(current?.value ?? objectOf('')) }));
      await assert.rejects(
        again((value) => value),
        TypeError,
      );
      await assert.rejects(
        again((value) => ({ ...value })),
        TypeError,
      );
      await again((value) => ({ ...value, metadata: { ...value.metadata } }));
      assert.notEqual(store.get('pods/a/1')?.json, before);
    }),
  );

  test(
    'a decision that writes is refused',
    withStore(async (store) => {
      let inner: Promise<unknown> | undefined;
      await store.write('pods/a/1', () => {
        inner = put(store, 'pods/a/1');
        inner.catch(() => {});
        return { op: 'put', value: objectOf('1') };
      });
      await assert.rejects(inner as Promise<unknown>, TypeError);
    }),
  );
}

function closing(open: OpenStore): void {
  test('closing waits for what is in flight, and then nothing is written', async () => {
    const store = await open();
    const written = put(store, 'pods/a/1');
    await Promise.all([store.close(), store.close()]);
    assert.equal((await written).changed, true);
    await assert.rejects(put(store, 'pods/a/2'), StoreFailedError);
  });
}
