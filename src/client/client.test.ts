import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { StatusError } from '../api/status.ts';
import { Client } from './client.ts';
import { configMaps, deployments, nodes, pods } from './resources.ts';

function setUp() {
  const api = new FakeApi();
  return { api, client: new Client(api, { userAgent: 'tester/1.0 (linux)' }) };
}

test('paths follow group, namespace, name and subresource', async () => {
  const { api, client } = setUp();
  api.intercept = () => {
    throw new StatusError(404, 'NotFound', 'gone');
  };
  await client.resource(nodes).find('n 1');
  await client.resource(deployments, 'shop').find('web');
  await client
    .resource(pods)
    .list()
    .catch(() => {});
  await client
    .resource(pods, 'shop')
    .createSubresource('web-1', 'eviction', {})
    .catch(() => {});
  assert.deepEqual(
    api.requests.map(({ method, path }) => `${method} ${path}`),
    [
      'GET /api/v1/nodes/n%201',
      'GET /apis/apps/v1/namespaces/shop/deployments/web',
      'GET /api/v1/pods',
      'POST /api/v1/namespaces/shop/pods/web-1/eviction',
    ],
  );
});

test('an object is created, read, changed and deleted in its own namespace', async () => {
  const { client } = setUp();
  const api = client.resource(configMaps);
  const created = await api.create({ metadata: { name: 'a', namespace: 'shop' }, data: { x: '1' } });
  assert.equal(created.kind, 'ConfigMap');
  const updated = await api.update({ ...created, data: { x: '2' } });
  const shop = client.resource(configMaps, 'shop');
  assert.equal((await shop.patch('a', { data: { y: '3' } })).data?.x, '2');
  await assert.rejects(
    api.update(updated),
    (error) => error instanceof StatusError && error.reason === 'Conflict',
  );
  await shop.delete('a', { preconditions: { uid: created.metadata.uid } });
  assert.equal(await shop.find('a'), undefined);
});

test('an error keeps code, reason and details over the wire', async () => {
  const { client } = setUp();
  await assert.rejects(client.resource(pods, 'a').get('b'), (error) => {
    assert.ok(error instanceof StatusError);
    assert.equal(error.code, 404);
    assert.equal(error.message, 'pods "b" not found');
    assert.deepEqual(error.status.details, { name: 'b', kind: 'pods' });
    return true;
  });
});

test('a namespaced object without a namespace is refused before anything is sent', async () => {
  const { api, client } = setUp();
  assert.throws(() => client.resource(pods).get('b'), /pods are namespaced/);
  assert.throws(() => client.resource(pods, 'a').get(''), /name of pods must not be empty/);
  assert.equal(api.requests.length, 0);
});

test('items of a list carry the kind that Kubernetes leaves out', async () => {
  const { api, client } = setUp();
  const bare = { kind: 'PodList', metadata: { resourceVersion: '1' }, items: [{ metadata: { name: 'a' } }] };
  const silent = new Client({
    ...api,
    request: async () => ({ status: 200, headers: {}, body: bare }),
    watch: api.watch,
    close: api.close,
  });
  const list = await silent.resource(pods).list();
  assert.deepEqual([list.items[0]?.kind, list.items[0]?.apiVersion], ['Pod', 'v1']);
  assert.equal(client.fieldManager, 'tester');
});

test('apply names its field manager, delete sends options only when there are any', async () => {
  const { api, client } = setUp();
  await client
    .resource(pods, 'a')
    .apply('b', { spec: {} }, { force: true })
    .catch(() => {});
  await client
    .resource(pods, 'a')
    .delete('b')
    .catch(() => {});
  const [apply, remove] = api.requests;
  assert.equal(apply?.contentType, 'application/apply-patch+yaml');
  assert.equal(apply?.query?.fieldManager, 'tester');
  assert.equal(apply?.query?.force, 'true');
  assert.equal(remove?.body, undefined);
});
