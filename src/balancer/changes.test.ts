import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { BalancerWorld } from '../../tests/support/balancer-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makeNode } from '../../tests/support/objects.ts';
import type { V1Node } from '../api/generated/types.ts';
import { backendPolicies } from '../api/relevo/resources.ts';
import { configMaps, deployments, nodes, pods } from '../client/resources.ts';

const labels = { tier: 'backup' };
const backup = { selector: { matchLabels: labels } };

async function started(t: TestContext, policy: object): Promise<BalancerWorld> {
  const world = new BalancerWorld(t);
  await world.service('web', { ports: [{ port: 80, nodePort: 30_080 }] });
  await world.policy('web', 'web', policy);
  await world.balancer.start();
  return world;
}

function backend(world: BalancerWorld) {
  return world.engine.backend('default/web:80');
}

function node(name: string): V1Node {
  const made = makeNode(name);
  const conditions = [{ type: 'Ready', status: 'True' }];
  return { ...made, status: { conditions, addresses: [{ type: 'InternalIP', address: '10.3.0.1' }] } };
}

test('nodes come and go as servers by themselves, and their heartbeats are no change', async (t) => {
  const world = await started(t, { servers: { from: 'nodes' } });
  const api = world.client.resource(nodes);
  await api.create(node('a'));
  await eventually(() => backend(world)?.servers.length === 1);
  const before = world.engine.models.length;
  const beat = [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2030-01-01T00:00:00Z' }];
  await api.patch('a', { status: { conditions: beat } }, { subresource: 'status' });
  await api.create(node('b'));
  await eventually(() => backend(world)?.servers.length === 2);
  assert.equal(world.engine.models.length, before + 1);
  await api.patch(
    'a',
    { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
    { subresource: 'status' },
  );
  await eventually(() => backend(world)?.servers[0]?.state === 'maint');
  await api.delete('a');
  await eventually(() => backend(world)?.servers.length === 1);
});

test('backups come and go with their pods, and change with their labels', async (t) => {
  const world = await started(t, { backup });
  await world.pod('spare', '10.1.0.9', { labels });
  await eventually(() => backend(world)?.servers[0]?.role === 'backup');
  const api = world.client.resource(pods, 'default');
  await api.patch('spare', { metadata: { annotations: { 'relevo.dev/state': 'drain' } } });
  await eventually(() => backend(world)?.servers[0]?.state === 'drain');
  await api.patch('spare', { metadata: { labels: { tier: 'none' } } });
  await eventually(() => backend(world)?.servers.length === 0);
});

test('the primaries that are expected follow what a Deployment is asked for', async (t) => {
  const world = await started(t, { backup });
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image: 'app' }] },
  };
  const api = world.client.resource(deployments, 'default');
  const status = { observedGeneration: 9, updatedReplicas: 9, replicas: 9 };
  await api.create({ metadata: { name: 'web' }, spec: { replicas: 3, selector: {}, template }, status });
  await eventually(() => backend(world)?.expectedPrimaries === 3);
  await api.patch('web', { spec: { replicas: 5 } });
  await eventually(() => backend(world)?.expectedPrimaries === 5);
});

test('a page changes with its ConfigMap', async (t) => {
  const world = await started(t, { sorry: { configMap: { name: 'sorry' } } });
  await world.configMap('sorry', { 'index.html': 'one' });
  await eventually(() => backend(world)?.sorry.variants[0]?.body === 'one');
  await world.client.resource(configMaps, 'default').patch('sorry', { data: { 'index.html': 'two' } });
  await eventually(() => backend(world)?.sorry.variants[0]?.body === 'two');
});

test('a policy that goes leaves the Service as it was without', async (t) => {
  const world = await started(t, { servers: { maxconn: 3 } });
  await eventually(() => backend(world)?.maxconn === 3);
  await world.client.resource(backendPolicies, 'default').delete('web');
  await eventually(() => backend(world)?.mode === 'tcp');
  assert.equal(backend(world)?.maxconn, undefined);
});

test('a policy that is for another Service from now on leaves the first', async (t) => {
  const world = await started(t, { servers: { maxconn: 3 } });
  await world.service('api', { clusterIP: '10.0.0.2' });
  await world.client
    .resource(backendPolicies, 'default')
    .patch('web', { spec: { targetRef: { name: 'api' } } });
  await eventually(() => world.engine.backend('default/api:80')?.maxconn === 3);
  await eventually(() => backend(world)?.mode === 'tcp');
});
