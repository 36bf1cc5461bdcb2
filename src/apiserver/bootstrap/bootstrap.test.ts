import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { endpoints } from '../../api/core/endpoints.ts';
import { namespace } from '../../api/core/namespace.ts';
import { service } from '../../api/core/service.ts';
import { endpointSlice } from '../../api/discovery/endpoint-slice.ts';
import type { AnyObject } from '../../api/object.ts';
import { systemClock } from '../../base/clock.ts';
import { jsonClone } from '../../base/json-clone.ts';
import { silentLogger } from '../../base/logger.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { installBootstrapObjects } from './bootstrap.ts';
import { createSystemObjects } from './system-objects.ts';

const clock = new FakeClock();
const address = { serviceIp: '10.96.0.1', host: '172.30.0.1', port: 6443 };
const keys = {
  service: 'services/default/kubernetes',
  endpoints: 'endpoints/default/kubernetes',
  slice: 'endpointslices.discovery.k8s.io/default/kubernetes',
};
let store: MemoryStore;

beforeEach(async () => {
  store = new MemoryStore();
  await installBootstrapObjects(store, clock, address);
});

function read(key: string): AnyObject {
  const stored = store.get(key);
  assert.ok(stored, `${key} is stored`);
  return jsonClone(stored.value);
}

async function change(key: string, change: (object: AnyObject) => void): Promise<void> {
  const value = read(key);
  change(value);
  await store.write(key, () => ({ op: 'put', value }));
}

test('the namespaces are there, as if they had been created', () => {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    const { metadata, spec, status } = read(`namespaces/${name}`);
    assert.deepEqual(metadata.labels, { 'kubernetes.io/metadata.name': name });
    assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
    assert.equal(metadata.creationTimestamp, '2030-01-01T00:00:00Z');
    assert.deepEqual([spec.finalizers, status.phase], [['kubernetes'], 'Active']);
  }
});

test('all of it is valid', () => {
  assert.deepEqual(namespace.validate?.(read('namespaces/default') as never) ?? [], []);
  assert.deepEqual(service.validate?.(read(keys.service) as never), []);
  assert.deepEqual(endpoints.validate?.(read(keys.endpoints) as never), []);
  assert.deepEqual(endpointSlice.validate?.(read(keys.slice) as never), []);
});

test('the Service of the API leads to where the API listens', () => {
  const { spec, status } = read(keys.service);
  assert.deepEqual(spec, {
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    sessionAffinity: 'None',
    type: 'ClusterIP',
  });
  assert.deepEqual(status, { loadBalancer: {} });
  const ports = [{ name: 'https', port: 6443, protocol: 'TCP' }];
  assert.deepEqual(read(keys.endpoints).subsets, [{ addresses: [{ ip: '172.30.0.1' }], ports }]);
  const slice = read(keys.slice);
  assert.deepEqual(slice.endpoints, [{ addresses: ['172.30.0.1'], conditions: { ready: true } }]);
  assert.deepEqual(slice.ports, ports);
  assert.deepEqual(slice.metadata.labels, { 'kubernetes.io/service-name': 'kubernetes' });
});

test('a second start writes nothing', async () => {
  const { revision } = store;
  await installBootstrapObjects(store, clock, address);
  assert.equal(store.revision, revision);
});

test('another address is taken over, the objects stay the same', async () => {
  const before = read(keys.slice);
  await installBootstrapObjects(store, clock, { serviceIp: '127.9.0.1', host: '127.0.0.1', port: 7443 });
  const { spec } = read(keys.service);
  assert.deepEqual([spec.clusterIPs, spec.ports[0].targetPort], [['127.9.0.1'], 7443]);
  assert.equal(read(keys.endpoints).subsets[0].addresses[0].ip, '127.0.0.1');
  const { metadata, endpoints, ports } = read(keys.slice);
  assert.deepEqual([endpoints[0].addresses, ports[0].port], [['127.0.0.1'], 7443]);
  assert.equal(metadata.uid, before.metadata.uid);
  assert.equal(metadata.generation, 2);
});

test('what users add is kept, what leads astray is set back', async () => {
  await change(keys.service, ({ metadata, spec }) => {
    metadata.labels = { ...metadata.labels, own: 'yes' };
    spec.sessionAffinity = 'ClientIP';
    spec.ports[0].port = 80;
  });
  await change('namespaces/default', ({ metadata }) => {
    metadata.labels = { ...metadata.labels, own: 'yes' };
  });
  const { revision } = store;
  await installBootstrapObjects(store, clock, address);
  const { metadata, spec } = read(keys.service);
  assert.deepEqual(
    [metadata.labels?.own, spec.sessionAffinity, spec.ports[0].port],
    ['yes', 'ClientIP', 443],
  );
  assert.equal(read('namespaces/default').metadata.labels?.own, 'yes');
  assert.equal(store.revision, revision + 1);
});

test('a Service of another type becomes what it was', async () => {
  const before = read(keys.service);
  await change(keys.service, ({ spec }) => {
    Object.assign(spec, { type: 'NodePort', externalTrafficPolicy: 'Cluster' });
    spec.ports[0].nodePort = 30_000;
  });
  await installBootstrapObjects(store, clock, address);
  assert.deepEqual(read(keys.service).spec, before.spec);
});

test('what is deleted while the API server runs comes back', async () => {
  const upkeep = createSystemObjects({ store, clock: systemClock, logger: silentLogger }, address);
  upkeep.start();
  for (const key of ['namespaces/kube-node-lease', ...Object.values(keys)]) {
    const { uid } = read(key).metadata;
    await store.write(key, () => ({ op: 'delete' }));
    await eventually(() => store.get(key) && read(key).metadata.uid !== uid);
  }
  await upkeep.close();
  await store.write(keys.service, () => ({ op: 'delete' }));
  await new Promise(setImmediate);
  assert.equal(store.get(keys.service), undefined);
});
