import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeApi } from '../../tests/support/fake-api.ts';
import type { V1ConfigMap } from '../api/generated/types.ts';
import type { WatchEvent } from '../api/object.ts';
import { parseLabelSelector } from '../api/selectors.ts';
import { expired } from '../api/status.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from './client.ts';
import { Informer } from './informer.ts';
import { configMaps } from './resources.ts';

function setUp(options: { pageSize?: number; labelSelector?: string } = {}) {
  const api = new FakeApi();
  const client = new Client(api);
  const informer = new Informer({
    client,
    resource: configMaps,
    clock: systemClock,
    // No waiting between tries.
    random: () => 0.999999,
    logger: silentLogger,
    ...options,
  });
  return { api, client, informer, maps: client.resource(configMaps, 'shop') };
}

function draft(name: string, value = '', labels: Record<string, string> = {}) {
  return { metadata: { name, labels }, data: { value } };
}

/** Follows the handlers and refuses whatever could not have happened. */
class Replica {
  readonly state = new Map<string, string>();
  readonly log: string[] = [];

  attach(informer: Informer<V1ConfigMap>): () => void {
    return informer.addHandler({
      added: (object) => {
        assert.equal(this.state.has(object.metadata.name), false, `added twice: ${object.metadata.name}`);
        this.#put('added', object);
      },
      updated: (object, old) => {
        assert.equal(this.state.get(old.metadata.name), old.metadata.resourceVersion);
        this.#put('updated', object);
      },
      deleted: ({ metadata }) => {
        assert.equal(this.state.delete(metadata.name), true, `deleted twice: ${metadata.name}`);
        this.log.push(`deleted ${metadata.name}`);
      },
    });
  }

  #put(verb: string, { metadata }: V1ConfigMap): void {
    this.state.set(metadata.name, metadata.resourceVersion);
    this.log.push(`${verb} ${metadata.name}`);
  }
}

function agrees(replica: Replica, api: FakeApi): boolean {
  const truth = api.all('configmaps').map(({ metadata }) => [metadata.name, metadata.resourceVersion]);
  assert.deepEqual(Object.fromEntries(replica.state), Object.fromEntries(truth));
  return true;
}

test('lists in pages, then follows', async () => {
  const { api, informer, maps } = setUp({ pageSize: 2 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await maps.create(draft(name));
  const replica = new Replica();
  replica.attach(informer);
  assert.equal(informer.hasSynced, false);
  informer.start();
  await informer.synced();
  assert.equal(informer.lister.size, 5);
  assert.equal(api.requests.filter(({ query }) => query?.limit === '2').length, 3);
  await maps.create(draft('f'));
  await maps.patch('a', { data: { value: 'new' } });
  await maps.delete('b');
  await eventually(() => agrees(replica, api));
  assert.deepEqual(replica.log.slice(5), ['added f', 'updated a', 'deleted b']);
  await informer.close();
});

test('a broken stream is resumed where it was: nothing twice, nothing lost', async () => {
  const { api, informer, maps } = setUp();
  const replica = new Replica();
  replica.attach(informer);
  informer.start();
  await informer.synced();
  await maps.create(draft('a'));
  await eventually(() => agrees(replica, api));
  await eventually(() => api.openWatches === 1);
  api.breakWatches();
  await maps.create(draft('b'));
  await maps.delete('a');
  await eventually(() => agrees(replica, api));
  assert.deepEqual(replica.log, ['added a', 'added b', 'deleted a']);
  assert.equal(api.requests.filter(({ query }) => query?.watch === undefined && query?.limit).length, 1);
  await informer.close();
});

test('after a gap in history the difference is told, also the deletions', async () => {
  const { api, informer, maps } = setUp();
  const replica = new Replica();
  await maps.create(draft('stays'));
  await maps.create(draft('goes'));
  await maps.create(draft('reborn'));
  replica.attach(informer);
  informer.start();
  await eventually(() => api.openWatches === 1);
  api.hold();
  await maps.delete('goes');
  await maps.delete('reborn');
  await maps.create(draft('reborn'));
  await maps.create(draft('comes'));
  api.compact();
  api.breakWatches();
  api.release();
  await eventually(() => agrees(replica, api));
  assert.deepEqual(replica.log.slice(3), ['deleted goes', 'added comes', 'deleted reborn', 'added reborn']);
  await informer.close();
});

test('an ERROR event with 410 lists again', async () => {
  const { api, informer } = setUp();
  informer.start();
  await eventually(() => api.openWatches === 1);
  api.inject({ type: 'ERROR', object: expired('too old').status } as unknown as WatchEvent);
  await eventually(() => api.requests.filter(({ query }) => query?.limit).length === 2);
  await informer.close();
});

test('a bookmark moves the point of resumption', async () => {
  const { api, informer } = setUp();
  informer.start();
  await eventually(() => api.openWatches === 1);
  const bookmark = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '4711' } };
  api.inject({ type: 'BOOKMARK', object: bookmark } as unknown as WatchEvent);
  api.endWatches();
  await eventually(() => api.requests.at(-1)?.query?.resourceVersion === '4711');
  assert.equal(informer.lister.size, 0);
  await informer.close();
});

test('a server that is down at first is waited for', async () => {
  const { api, informer } = setUp();
  let refusals = 3;
  api.intercept = () => {
    if (refusals-- > 0) throw new Error('connection refused');
  };
  informer.start();
  await informer.synced();
  await informer.close();
});

test('objects that leave the selection are deleted here', async () => {
  const { api, informer, maps } = setUp({ labelSelector: 'app=web' });
  informer.start();
  await informer.synced();
  await maps.create(draft('a', '', { app: 'web' }));
  await maps.create(draft('b', '', { app: 'api' }));
  await eventually(() => informer.lister.get('shop/a'));
  await maps.patch('a', { metadata: { labels: { app: 'old' } } });
  await eventually(() => informer.lister.size === 0);
  assert.equal(api.all('configmaps').length, 2);
  await informer.close();
});

test('a late handler is told what is there, a removed one nothing more', async () => {
  const { informer, maps } = setUp();
  await maps.create(draft('a'));
  informer.start();
  await informer.synced();
  const replica = new Replica();
  const remove = replica.attach(informer);
  assert.deepEqual(replica.log, ['added a']);
  remove();
  await maps.create(draft('b'));
  await eventually(() => informer.lister.size === 2);
  assert.deepEqual(replica.log, ['added a']);
  await informer.close();
});

test('a handler that throws does not keep the others from hearing', async () => {
  const { informer, maps } = setUp();
  const replica = new Replica();
  informer.addHandler({
    added() {
      throw new Error('no');
    },
  });
  replica.attach(informer);
  informer.start();
  await maps.create(draft('a'));
  await eventually(() => replica.log.length === 1);
  await informer.close();
});

test('indexes follow every change, and selectors pick from a namespace', async () => {
  const { client, informer, maps } = setUp();
  informer.addIndex('byValue', ({ data }) => [data?.value ?? '']);
  informer.start();
  await maps.create(draft('a', 'x', { app: 'web' }));
  await maps.create(draft('b', 'x'));
  await client.resource(configMaps, 'other').create(draft('a', 'y', { app: 'web' }));
  await eventually(() => informer.lister.size === 3);
  assert.equal(informer.lister.byIndex('byValue', 'x').length, 2);
  await maps.patch('b', { data: { value: 'y' } });
  await maps.delete('a');
  await eventually(() => informer.lister.size === 2);
  assert.equal(informer.lister.byIndex('byValue', 'x').length, 0);
  assert.equal(informer.lister.byIndex('byValue', 'y').length, 2);
  const web = { namespace: 'other', selector: parseLabelSelector('app=web') };
  assert.deepEqual(
    informer.lister.list(web).map(({ metadata }) => metadata.namespace),
    ['other'],
  );
  assert.throws(() => informer.lister.byIndex('byNode', 'n'), /no index named "byNode"/);
  await informer.close();
});

test('synced() rejects when the informer is closed before, and closing twice is fine', async () => {
  const { api, informer } = setUp();
  api.intercept = () => {
    throw new Error('connection refused');
  };
  informer.start();
  const synced = informer.synced();
  await informer.close();
  await assert.rejects(synced, /informer of configmaps was closed/);
  await informer.close();
});

test('whatever breaks, the copy ends up equal and no change is told twice', async () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ op: fc.constant('put' as const), name, value: fc.string({ maxLength: 2 }) }),
    fc.record({ op: fc.constant('delete' as const), name }),
    fc.record({ op: fc.constantFrom('break', 'end', 'compact', 'hold', 'release', 'turn') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { api, informer, maps } = setUp({ pageSize: 2 });
      const replica = new Replica();
      replica.attach(informer);
      informer.start();
      for (const each of steps) {
        if (each.op === 'put' && 'value' in each) {
          const { name, value } = each;
          if (await maps.find(name)) await maps.patch(name, { data: { value } });
          else await maps.create(draft(name, value));
        } else if (each.op === 'delete' && 'name' in each) await maps.delete(each.name).catch(() => {});
        else if (each.op === 'break') api.breakWatches();
        else if (each.op === 'end') api.endWatches();
        else if (each.op === 'compact') api.compact();
        else if (each.op === 'hold') api.hold();
        else if (each.op === 'release') api.release();
        else await new Promise((resolve) => setImmediate(resolve));
      }
      api.release();
      await eventually(() => agrees(replica, api));
      await informer.close();
    }),
    { numRuns: 25 },
  );
});
