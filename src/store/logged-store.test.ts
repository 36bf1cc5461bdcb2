// What a store does when its log refuses: nothing of it has happened, and nothing that was decided on top of it either.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf, put } from '../../tests/conformance/store-model.ts';
import { resolveStoreOptions } from './defaults.ts';
import type { Log } from './log.ts';
import { LoggedStore } from './logged-store.ts';
import { nothingLoaded } from './state.ts';
import { type Store, StoreFullError } from './store.ts';
import type { Change } from './version.ts';

/** A log whose batches the test lets through or refuses, one by one. */
class HeldLog implements Log {
  readonly batches: { keys: string[]; settle: PromiseWithResolvers<void> }[] = [];
  readonly compactions: { upTo: number; superseded: readonly number[] }[] = [];
  compacts = true;

  append(changes: readonly Change[]): Promise<void> {
    const settle = Promise.withResolvers<void>();
    this.batches.push({ keys: changes.map(({ key }) => key), settle });
    return settle.promise;
  }

  async compact(upTo: number, superseded: readonly number[]): Promise<boolean> {
    if (this.compacts) this.compactions.push({ upTo, superseded });
    return this.compacts;
  }

  async close(): Promise<void> {}
}

function storeOver(log: Log, maxEvents = 1000): Store {
  return new LoggedStore({
    log,
    loaded: nothingLoaded(),
    soon: queueMicrotask,
    options: { history: { maxEvents } },
  });
}

const turn = () => new Promise(setImmediate);

test('writes that come while a batch is under way make up the next one', async () => {
  const log = new HeldLog();
  const store = storeOver(log);
  const written = [put(store, 'a/1'), put(store, 'a/2')];
  await turn();
  written.push(put(store, 'a/3'), put(store, 'a/1'));
  await turn();
  assert.deepEqual(
    log.batches.map(({ keys }) => keys),
    [['a/1', 'a/2']],
  );
  log.batches[0]?.settle.resolve();
  await turn();
  assert.deepEqual(log.batches[1]?.keys, ['a/3', 'a/1']);
  assert.equal(store.count('a/'), 2);
  log.batches[1]?.settle.resolve();
  await Promise.all(written);
});

test('a refused batch takes with it what was decided on top of it, and nothing else', async () => {
  const log = new HeldLog();
  const store = storeOver(log);
  const full = new StoreFullError('full');
  const lost = [put(store, 'a/1', 'lost')];
  await turn();
  lost.push(put(store, 'a/1', 'on top'));
  lost.push(store.write('a/1', () => ({ op: 'none' })));
  lost.push(
    store.write('a/1', () => {
      throw new Error('exists');
    }),
  );
  const other = put(store, 'a/2');
  log.batches[0]?.settle.reject(full);
  const outcomes = await Promise.allSettled(lost);
  assert.deepEqual(
    outcomes.map((o) => o.status === 'rejected' && o.reason),
    [full, full, full, full],
  );
  log.batches[1]?.settle.resolve();
  await other;
  assert.deepEqual(log.batches[1]?.keys, ['a/2']);
  assert.deepEqual(
    store.list('a/').items.map(({ key }) => key),
    ['a/2'],
  );
});

test('after a refusal the next write is decided on the durable state, with a revision never used before', async () => {
  const log = new HeldLog();
  const store = storeOver(log);
  const first = put(store, 'a/1', 'durable');
  await turn();
  log.batches[0]?.settle.resolve();
  const durable = (await first).stored;
  const lost = put(store, 'a/1', 'lost');
  await turn();
  log.batches[1]?.settle.reject(new StoreFullError('full'));
  await assert.rejects(lost, StoreFullError);
  assert.equal(store.get('a/1'), durable);
  const next = store.write('a/1', (current) => {
    assert.equal(current, durable);
    return { op: 'put', value: objectOf('1', 'next') };
  });
  await turn();
  log.batches[2]?.settle.resolve();
  assert.equal((await next).stored?.revision, (durable?.revision ?? 0) + 2);
  const revisions: number[] = [];
  store.watch('a/', 0, (events) => revisions.push(...events.map(({ revision }) => revision)));
  assert.deepEqual(revisions, [1, 3]);
});

test('what falls out of history is given up in steps, and again when the log could not', async () => {
  const log = new HeldLog();
  log.append = () => Promise.resolve();
  const store = storeOver(log, 10);
  log.compacts = false;
  for (let i = 0; i < 600; i++) await put(store, 'a/1', String(i));
  await turn();
  assert.equal(log.compactions.length, 0);
  log.compacts = true;
  for (let i = 0; i < 10; i++) await put(store, 'a/1');
  await turn();
  const step = log.compactions.at(0);
  assert.equal(step?.upTo, 512);
  // Everything up to 512 but the version that stands there.
  assert.deepEqual(
    step?.superseded,
    Array.from({ length: 511 }, (_, i) => i + 1),
  );
});

test('a history bound below one is refused', () => {
  assert.throws(() => resolveStoreOptions({ history: { maxEvents: 0 } }), RangeError);
  assert.throws(() => resolveStoreOptions({ history: { maxAgeMs: Number.NaN } }), RangeError);
});
