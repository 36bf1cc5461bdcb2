import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeWorld } from '../../../tests/support/route-world.ts';
import type { NodeUsage } from './metrics-source.ts';

const api = '/apis/metrics.k8s.io/v1beta1';
const atMs = Date.UTC(2030, 0, 1) - 2_000;
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

function measured(): NodeUsage[] {
  const pod = (namespace: string, name: string) => ({
    ...{ namespace, name, atMs },
    containers: [{ name: 'c', cpuNanocores: 1_234_567, memoryBytes: 64 * 1024 * 1024 }],
  });
  return [
    {
      ...{ name: 'n1', atMs, usage: { cpuNanocores: 250_000_000, memoryBytes: 1_000_001 } },
      pods: [pod('b', 'z'), pod('a', 'y'), pod('a', 'gone')],
    },
    { name: 'n2', atMs, usage: undefined, pods: [pod('a', 'x')] },
  ];
}

async function withUsage() {
  const { world } = routeWorld({ usage: measured });
  for (const name of ['n1', 'n2'])
    await world.must('POST', '/api/v1/nodes', { metadata: { name, labels: { zone: name } } });
  for (const [namespace, name] of [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'z'],
    ['a', 'new'],
  ]) {
    const spec = { containers: [{ name: 'c', image: 'i' }] };
    const metadata = { name, labels: { app: name } };
    await world.must('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata, spec });
  }
  const names = async (path: string) => {
    const { items } = await world.must('GET', `${api}/${path}`);
    return items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  };
  return { world, names };
}

test('the figures of a pod are those of its containers', async () => {
  const { world } = await withUsage();
  assert.deepEqual(await world.must('GET', `${api}/namespaces/a/pods/y`), {
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {
      name: 'y',
      namespace: 'a',
      creationTimestamp: '2030-01-01T00:00:00Z',
      labels: { app: 'y' },
    },
    timestamp: '2029-12-31T23:59:58Z',
    window: '10s',
    containers: [{ name: 'c', usage: { cpu: '1234567n', memory: '64Mi' } }],
  });
});

test('the figures of a node are its own', async () => {
  const { world } = await withUsage();
  const node = await world.must('GET', `${api}/nodes/n1`);
  assert.deepEqual([node.kind, node.usage], ['NodeMetrics', { cpu: '250m', memory: '1000001' }]);
  assert.deepEqual(node.metadata.labels, { zone: 'n1' });
});

test('lists have what is measured and still there, in order', async () => {
  const { world, names } = await withUsage();
  assert.deepEqual(await names('pods'), ['x', 'y', 'z']);
  assert.deepEqual(await names('namespaces/a/pods'), ['x', 'y']);
  assert.deepEqual(await names('namespaces/a/pods?labelSelector=app%3Dy'), ['y']);
  assert.deepEqual(await names('pods?fieldSelector=metadata.namespace%3Db'), ['z']);
  assert.deepEqual(await names('nodes'), ['n1']);
  assert.deepEqual(await names('nodes?labelSelector=zone%3Dn2'), []);
  assert.equal((await world.must('GET', `${api}/pods`)).kind, 'PodMetricsList');
});

test('tables are made for whoever wants them', async () => {
  const { world } = await withUsage();
  const { body } = await world.ask('GET', `${api}/namespaces/a/pods`, { accept: table });
  assert.equal(body.kind, 'Table');
  assert.deepEqual(body.rows[1].cells, ['y', '1234567n', '64Mi', '10s']);
  const one = await world.ask('GET', `${api}/nodes/n1`, { accept: table });
  assert.equal(one.body.rows[0].cells[1], '250m');
});

test('what has no figures yet is not found, as is what is not there', async () => {
  const { world } = await withUsage();
  const text = async (path: string) => {
    const { status, body } = await world.ask('GET', `${api}/${path}`);
    return `${status} ${body.message}`;
  };
  assert.equal(await text('namespaces/a/pods/new'), '404 podmetrics.metrics.k8s.io "a/new" not found');
  assert.equal(await text('namespaces/a/pods/none'), '404 pods.metrics.k8s.io "none" not found');
  assert.equal(await text('namespaces/a/pods/gone'), '404 pods.metrics.k8s.io "gone" not found');
  assert.equal(await text('nodes/n2'), '404 nodemetrics.metrics.k8s.io "n2" not found');
  assert.equal(await text('nodes/n3'), '404 nodes.metrics.k8s.io "n3" not found');
});

test('figures are only read', async () => {
  const { world } = await withUsage();
  assert.equal((await world.ask('GET', `${api}/pods?watch=true`)).status, 405);
  assert.equal((await world.ask('DELETE', `${api}/nodes/n1`)).status, 405);
});
