import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiWorld } from '../../../tests/support/api-world.ts';
import { validPod } from '../../../tests/support/valid-pod.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

const create = (world: ApiWorld, metadata: object) =>
  world.must('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });

test('a deletion answers with a Status that names what is gone', async () => {
  const world = new ApiWorld();
  const made = await create(world, { name: 'a' });
  const answer = await world.ask('DELETE', `${maps}/a`);
  assert.equal(answer.body.status, 'Success');
  assert.equal(answer.body.details.uid, made.metadata.uid);
  assert.equal((await world.ask('DELETE', `${maps}/a`)).status, 404);
});

test('an object with a finalizer stays until it is taken away', async () => {
  const world = new ApiWorld();
  await create(world, { name: 'a', finalizers: ['example.com/hold'] });
  const marked = await world.must('DELETE', `${maps}/a`);
  assert.ok(marked.metadata.deletionTimestamp);
  const blocked = await world.ask('PATCH', `${maps}/a`, {
    body: { metadata: { finalizers: ['example.com/hold', 'example.com/new'] } },
    contentType: 'application/merge-patch+json',
  });
  assert.equal(blocked.status, 422);
  await world.must('PATCH', `${maps}/a`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  assert.equal((await world.ask('GET', `${maps}/a`)).status, 404);
});

test('preconditions protect what was made anew under the same name', async () => {
  const world = new ApiWorld();
  await create(world, { name: 'a' });
  const body = { preconditions: { uid: 'another' } };
  const answer = await world.ask('DELETE', `${maps}/a`, { body });
  assert.equal(answer.status, 409);
  assert.match(answer.body.message, /UID in precondition: another/);
});

test('propagation becomes the finalizers of the collector', async () => {
  const world = new ApiWorld();
  for (const name of ['orphans', 'foreground']) await create(world, { name });
  await world.must('DELETE', `${maps}/orphans?propagationPolicy=Orphan`);
  await world.must('DELETE', `${maps}/foreground?propagationPolicy=Foreground`);
  assert.deepEqual((await world.must('GET', `${maps}/orphans`)).metadata.finalizers, ['orphan']);
  assert.deepEqual((await world.must('GET', `${maps}/foreground`)).metadata.finalizers, [
    'foregroundDeletion',
  ]);
  assert.equal((await world.ask('DELETE', `${maps}/orphans?propagationPolicy=Sideways`)).status, 422);
});

test('a pod on a node leaves gracefully, and a grace period can only become shorter', async () => {
  const world = new ApiWorld();
  const spec = { ...validPod.spec, nodeName: 'node-1', terminationGracePeriodSeconds: 20 };
  await world.must('POST', pods, { ...validPod, metadata: { name: 'p' }, spec });
  const seconds = async (query: string) =>
    (await world.must('DELETE', `${pods}/p${query}`)).metadata.deletionGracePeriodSeconds;
  assert.equal(await seconds(''), 20);
  assert.equal(await seconds('?gracePeriodSeconds=5'), 5);
  assert.equal(await seconds('?gracePeriodSeconds=60'), 5);
  await world.must('DELETE', `${pods}/p?gracePeriodSeconds=0`);
  assert.equal((await world.ask('GET', `${pods}/p`)).status, 404);
});

test('a pod that no node has goes at once', async () => {
  const world = new ApiWorld();
  await world.must('POST', pods, { ...validPod, metadata: { name: 'p' } });
  assert.equal((await world.ask('DELETE', `${pods}/p`)).status, 200);
  assert.equal((await world.ask('GET', `${pods}/p`)).status, 404);
});

test('deletecollection takes what its selector takes', async () => {
  const world = new ApiWorld();
  for (let i = 0; i < 10; i++) await create(world, { name: `m-${i}`, labels: { half: i < 5 ? 'a' : 'b' } });
  const answer = await world.ask('DELETE', `${maps}?labelSelector=half%3Da`);
  assert.equal(answer.body.items.length, 5);
  assert.equal((await world.ask('GET', maps)).body.items.length, 5);
});

test('a dry run deletes nothing', async () => {
  const world = new ApiWorld();
  await create(world, { name: 'a' });
  assert.equal((await world.ask('DELETE', `${maps}/a?dryRun=All`)).status, 200);
  assert.equal((await world.ask('GET', `${maps}/a`)).status, 200);
});
