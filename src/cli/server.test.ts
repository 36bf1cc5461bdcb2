import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { makeNode, makePod } from '../../tests/support/objects.ts';
import type { V1Service } from '../api/generated/types.ts';
import type { Balancer, BalancerServer } from '../api/relevo/balancer-types.ts';
import { balancers } from '../api/relevo/resources.ts';
import { Client } from '../client/client.ts';
import { nodes, pods, services } from '../client/resources.ts';
import { annotateServer } from './server-annotation.ts';
import { listServers } from './server-list.ts';

function server(name: string, more: Partial<BalancerServer> = {}): BalancerServer {
  return {
    ...{ id: `uid-${name}`, name, address: '10.0.0.1:80', role: 'primary', state: 'ready', health: 'up' },
    ...{ ejected: false, active: true, weight: 1, ...more },
  };
}

async function world() {
  const api = new FakeApi();
  const client = new Client(api);
  for (const name of ['web', 'edge']) {
    const spec = { selector: { app: name } };
    await client.resource(services, 'default').create({ metadata: { name }, spec } as unknown as V1Service);
  }
  await client.resource(pods, 'default').create(makePod('web-1', { labels: { app: 'web' } }));
  await client.resource(pods, 'default').create(makePod('other', { labels: { app: 'other' } }));
  await client.resource(nodes).create(makeNode('node-1'));
  await client.resource(balancers).create({ metadata: { name: 'relevo' } } as Balancer);
  const backend = (name: string, servers: BalancerServer[]) => ({
    ...{ name, servers, sorry: false, backupsActive: 0, backupsWanted: 0 },
  });
  const backends = [
    backend('default/web:http', [
      server('web-1', { weight: 3 }),
      server('web-2'),
      server('web-3', { active: false, state: 'drain' }),
    ]),
    backend('default/edge:80', [server('node-1', { id: 'node-1', node: 'node-1' })]),
    backend('shop/web:http', [server('cart-1')]),
  ];
  const resource = client.resource(balancers);
  await resource.patch('relevo', { status: { backends } }, { subresource: 'status' });
  return { api, client };
}

test('servers are listed with their share of the requests, of one Service or of all', async () => {
  const { client } = await world();
  const ofWeb = await listServers(client, { namespace: 'default', service: 'web' });
  assert.deepEqual(
    ofWeb.map(({ name, share, balancer }) => [name, share, balancer]),
    [
      ['web-1', 0.75, 'relevo'],
      ['web-2', 0.25, 'relevo'],
      ['web-3', 0, 'relevo'],
    ],
  );
  assert.ok(ofWeb.every((one) => !('departuresAwaited' in one)));
  const conditions = [{ type: 'DeparturesAwaited', status: 'False' }];
  await client.resource(balancers).patch('relevo', { status: { conditions } }, { subresource: 'status' });
  assert.ok((await listServers(client, {})).every(({ departuresAwaited }) => departuresAwaited === false));
  assert.equal((await listServers(client, {})).length, 5);
  assert.equal((await listServers(client, { namespace: 'shop' })).length, 1);
});

test('what is asked for is written on the pod, and taken away again', async () => {
  const { api, client } = await world();
  const name = { namespace: 'default', service: 'web', server: 'web-1' };
  await annotateServer(client, name, { 'relevo.dev/state': 'drain' });
  const annotations = () => api.find('pods', 'default/web-1')?.metadata.annotations;
  assert.deepEqual(annotations(), { 'relevo.dev/state': 'drain' });
  await annotateServer(client, name, { 'relevo.dev/state': null });
  assert.deepEqual(annotations(), {});
});

test('a server that is a node has it written on the node', async () => {
  const { api, client } = await world();
  const name = { namespace: 'default', service: 'edge', server: 'node-1' };
  await annotateServer(client, name, { 'relevo.dev/weight': '5' });
  assert.deepEqual(api.find('nodes', 'node-1')?.metadata.annotations, { 'relevo.dev/weight': '5' });
});

test('what is no server of the Service is refused with those that are', async () => {
  const { client } = await world();
  const ask = (service: string, server: string) =>
    annotateServer(client, { namespace: 'default', service, server }, { 'relevo.dev/state': 'maint' });
  await assert.rejects(ask('web', 'other'), /"web" has no server "other" .*it has web-1, web-2, web-3/);
  await assert.rejects(ask('web', 'node-1'), /has no server "node-1"/);
  await assert.rejects(ask('nothing', 'web-1'), /there is no Service "nothing"/);
});
