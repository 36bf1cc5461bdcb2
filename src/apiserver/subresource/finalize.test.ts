import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeWorld } from '../../../tests/support/route-world.ts';

const path = '/api/v1/namespaces/a';

async function withNamespace(metadata: object = {}) {
  const { world } = routeWorld();
  await world.must('POST', '/api/v1/namespaces', { metadata: { name: 'a', ...metadata } });
  return world;
}

test('only finalize changes what holds a namespace', async () => {
  const world = await withNamespace();
  const namespace = await world.must('GET', path);
  const bare = { ...namespace, spec: { finalizers: [] } };
  assert.deepEqual((await world.must('PUT', path, bare)).spec.finalizers, ['kubernetes']);
  const answer = await world.must('PUT', `${path}/finalize`, { ...bare, spec: { finalizers: ['x.io/y'] } });
  assert.deepEqual(answer.spec.finalizers, ['x.io/y']);
  assert.equal(answer.status.phase, 'Active');
});

test('a namespace that is being deleted goes with its last finalizer', async () => {
  const world = await withNamespace();
  const leaving = await world.must('DELETE', path);
  assert.equal(leaving.status.phase, 'Terminating');
  const answer = await world.must('PUT', `${path}/finalize`, { ...leaving, spec: { finalizers: [] } });
  assert.equal(answer.metadata.name, 'a');
  assert.equal((await world.ask('GET', path)).status, 404);
});

test('finalizers of the metadata hold it as well', async () => {
  const world = await withNamespace({ finalizers: ['x.io/held'] });
  const leaving = await world.must('DELETE', path);
  await world.must('PUT', `${path}/finalize`, { ...leaving, spec: { finalizers: [] } });
  assert.equal((await world.ask('GET', path)).status, 200);
});

test('an old version, a bad name and other verbs are refused', async () => {
  const world = await withNamespace();
  const namespace = await world.must('GET', path);
  const put = (body: object) => world.ask('PUT', `${path}/finalize`, { body });
  const old = { ...namespace, metadata: { ...namespace.metadata, resourceVersion: '99' } };
  assert.equal((await put(old)).status, 409);
  const bad = await put({ ...namespace, spec: { finalizers: ['odd'] } });
  assert.equal(bad.status, 422);
  assert.match(bad.body.message, /spec.finalizers\[0\]: Invalid value: "odd": name is neither/);
  assert.equal((await world.ask('PATCH', `${path}/finalize`, { body: {} })).status, 405);
});
