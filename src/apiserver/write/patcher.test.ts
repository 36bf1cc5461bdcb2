import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiWorld } from '../../../tests/support/api-world.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const services = '/api/v1/namespaces/default/services';
const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

async function worldWithMap(): Promise<ApiWorld> {
  const world = new ApiWorld();
  const data = { a: '1', b: '2' };
  await world.must('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data });
  return world;
}

test('each patch type changes the newest state', async () => {
  const world = await worldWithMap();
  await world.must('PATCH', `${maps}/m`, [{ op: 'replace', path: '/data/a', value: 'x' }], types.json);
  await world.must('PATCH', `${maps}/m`, { data: { b: null, c: '3' } }, types.merge);
  const patched = await world.must('PATCH', `${maps}/m`, { data: { d: '4' } }, types.strategic);
  assert.deepEqual(patched.data, { a: 'x', c: '3', d: '4' });
});

test('strategic merge knows the keys of lists', async () => {
  const world = new ApiWorld();
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'admin', port: 81, targetPort: 8081 },
  ];
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { clusterIP: 'None', ports },
  };
  await world.must('POST', services, service);
  const patched = await world.must(
    ...[
      'PATCH' as const,
      `${services}/s`,
      { spec: { ports: [{ port: 81, targetPort: 9 }] } },
      types.strategic,
    ],
  );
  assert.deepEqual(
    patched.spec?.ports.map((port: { port: number; targetPort: number }) => [port.port, port.targetPort]),
    [
      [80, 8080],
      [81, 9],
    ],
  );
});

test('a JSON patch whose test fails changes nothing', async () => {
  const world = await worldWithMap();
  const patch = [
    { op: 'replace', path: '/data/a', value: 'x' },
    { op: 'test', path: '/data/b', value: 'no' },
  ];
  const answer = await world.ask('PATCH', `${maps}/m`, { body: patch, contentType: types.json });
  assert.ok(answer.status === 422 || answer.status === 400, String(answer.status));
  assert.equal((await world.must('GET', `${maps}/m`)).data.a, '1');
});

test('a merge patch with a revision or uid is a precondition', async () => {
  const world = await worldWithMap();
  const patch = { metadata: { resourceVersion: '77' }, data: { a: 'x' } };
  assert.equal(
    (await world.ask('PATCH', `${maps}/m`, { body: patch, contentType: types.merge })).status,
    409,
  );
  const byUid = { metadata: { uid: '77' }, data: { a: 'x' } };
  assert.equal(
    (await world.ask('PATCH', `${maps}/m`, { body: byUid, contentType: types.merge })).status,
    409,
  );
});

test('apply creates, takes over only by force, and removes what it no longer sets', async () => {
  const world = new ApiWorld();
  const apply = (manager: string, data: object, more = '') =>
    world.ask('PATCH', `${maps}/m?fieldManager=${manager}${more}`, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data },
      contentType: types.apply,
    });
  assert.equal((await apply('one', { a: '1', b: '2' })).status, 201);
  const conflict = await apply('two', { a: 'other' });
  assert.equal(conflict.status, 409);
  assert.equal(conflict.body.details.causes[0].field, '.data.a');
  assert.deepEqual((await apply('two', { a: 'other' }, '&force=true')).body.data, { a: 'other', b: '2' });
  assert.deepEqual((await apply('one', {})).body.data, { a: 'other' });
});

test('applying the same again changes nothing', async () => {
  const world = new ApiWorld();
  const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: "1"}\n';
  const ask = { body, contentType: types.apply };
  const first = await world.ask('PATCH', `${maps}/m?fieldManager=one`, ask);
  const again = await world.ask('PATCH', `${maps}/m?fieldManager=one`, ask);
  assert.equal(again.body.metadata.resourceVersion, first.body.metadata.resourceVersion);
});

test('an apply without a manager, and a patch of what is not there, are refused', async () => {
  const world = new ApiWorld();
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } };
  assert.equal((await world.ask('PATCH', `${maps}/m`, { body, contentType: types.apply })).status, 400);
  assert.equal((await world.ask('PATCH', `${maps}/m`, { body, contentType: types.merge })).status, 404);
});

test('a plain patch keeps the name and the namespace', async () => {
  const world = await worldWithMap();
  const answer = await world.ask('PATCH', `${maps}/m`, {
    body: { metadata: { name: 'other' } },
    contentType: types.merge,
  });
  assert.equal(answer.status, 400);
});
