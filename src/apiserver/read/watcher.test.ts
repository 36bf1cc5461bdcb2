import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiWorld } from '../../../tests/support/api-world.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { MemoryStore } from '../../store/memory/store.ts';

const maps = '/api/v1/namespaces/default/configmaps';

interface Watch {
  events: { type: string; object: { metadata: Record<string, unknown>; [field: string]: unknown } }[];
  ended: boolean;
  close(): void;
}

async function watch(world: ApiWorld, query = ''): Promise<Watch> {
  const response = await world.raw('GET', `${maps}?watch=true${query}`);
  if (response.kind !== 'watch')
    throw new Error(JSON.stringify(response.kind === 'payload' && response.payload.value()));
  const seen: Watch = { events: [], ended: false, close: () => {} };
  seen.close = response.start({
    event: (type, payload) =>
      void seen.events.push({ type, object: JSON.parse([payload.text()].flat().join('')) }),
    end: () => {
      seen.ended = true;
    },
  });
  return seen;
}

const create = (world: ApiWorld, name: string, labels = {}) =>
  world.must('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } });
const types = ({ events }: Watch) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);

test('a watch without a revision begins with what is there', async () => {
  const world = new ApiWorld();
  await create(world, 'a');
  const watched = await watch(world);
  await create(world, 'b');
  await world.must('DELETE', `${maps}/a`);
  assert.deepEqual(types(watched), ['ADDED a', 'ADDED b', 'DELETED a']);
});

test('a watch from a revision gets every later change once and in order', async () => {
  const world = new ApiWorld();
  const first = await create(world, 'a');
  await create(world, 'b');
  const watched = await watch(world, `&resourceVersion=${first.metadata.resourceVersion}`);
  await world.must('PATCH', `${maps}/a`, { data: { x: 'y' } }, 'application/merge-patch+json');
  assert.deepEqual(types(watched), ['ADDED b', 'MODIFIED a']);
});

test('an object that begins or ceases to match a selector is added or deleted', async () => {
  const world = new ApiWorld();
  const watched = await watch(world, '&labelSelector=tier%3Dfront');
  await create(world, 'a');
  const set = (tier: string | null) =>
    world.must('PATCH', `${maps}/a`, { metadata: { labels: { tier } } }, 'application/merge-patch+json');
  await set('front');
  await world.must('PATCH', `${maps}/a`, { data: { x: 'y' } }, 'application/merge-patch+json');
  await set(null);
  assert.deepEqual(types(watched), ['ADDED a', 'MODIFIED a', 'DELETED a']);
});

test('a watch of one named object sees no other', async () => {
  const world = new ApiWorld();
  const watched = await watch(world, '&fieldSelector=metadata.name%3Db');
  await create(world, 'a');
  await create(world, 'b');
  assert.deepEqual(types(watched), ['ADDED b']);
});

test('a revision that history no longer has is 410 Gone', async () => {
  const store = new MemoryStore({ history: { maxEvents: 2 } });
  const world = new ApiWorld({ store });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await create(world, name);
  const watched = await watch(world, '&resourceVersion=1');
  assert.equal(watched.events[0]?.type, 'ERROR');
  assert.equal(watched.events[0]?.object.code, 410);
  assert.equal(watched.events[0]?.object.reason, 'Expired');
  assert.ok(watched.ended);
});

test('a watch from the future is told so, not left waiting', async () => {
  const watched = await watch(new ApiWorld(), '&resourceVersion=999');
  assert.equal(watched.events[0]?.object.code, 504);
  assert.ok(watched.ended);
});

test('bookmarks carry the revision that is safe to resume from', async () => {
  const clock = new FakeClock();
  const world = new ApiWorld({ clock });
  const watched = await watch(world, '&allowWatchBookmarks=true');
  await world.must('POST', '/api/v1/namespaces/default/secrets', {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } },
  });
  clock.advance(30_000);
  assert.equal(watched.events.at(-1)?.type, 'BOOKMARK');
  assert.equal(watched.events.at(-1)?.object.metadata.resourceVersion, String(world.store.revision));
});

test('sendInitialEvents ends the beginning with an annotated bookmark', async () => {
  const world = new ApiWorld();
  await create(world, 'a');
  const query = '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const watched = await watch(world, query);
  assert.deepEqual(types(watched)[0], 'ADDED a');
  const mark = watched.events[1]?.object.metadata.annotations as Record<string, string> | undefined;
  assert.equal(mark?.['k8s.io/initial-events-end'], 'true');
});

test('a watch ends at its time-out', async () => {
  const clock = new FakeClock();
  const watched = await watch(new ApiWorld({ clock }), '&timeoutSeconds=5');
  clock.advance(4_999);
  assert.equal(watched.ended, false);
  clock.advance(2);
  assert.equal(watched.ended, true);
});

test('nothing is delivered after the client closed', async () => {
  const world = new ApiWorld();
  const watched = await watch(world);
  watched.close();
  await create(world, 'a');
  assert.deepEqual(watched.events, []);
});
