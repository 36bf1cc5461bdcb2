import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import type {
  V1EndpointConditions,
  V1EndpointSlice,
  V1Service,
  V1ServiceSpec,
} from '../../api/generated/types.ts';
import { LoadBalancerAddresses } from './load-balancer-addresses.ts';
import { serviceKeyOfListener, serviceModel } from './service-model.ts';

function service(spec: V1ServiceSpec, name = 'web', ip?: string): V1Service {
  const status = { loadBalancer: ip === undefined ? {} : { ingress: [{ ip }] } };
  return { apiVersion: 'v1', kind: 'Service', metadata: meta(name), spec, status };
}

function slice(
  endpoints: [string, V1EndpointConditions][],
  more: Partial<V1EndpointSlice> = {},
): V1EndpointSlice {
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: meta('web-1') },
    ...{ addressType: 'IPv4', ports: [{ name: '', port: 5000, protocol: 'TCP' }] },
    endpoints: endpoints.map(([address, conditions]) => ({ addresses: [address], conditions })),
    ...more,
  };
}

function model(spec: V1ServiceSpec, slices: V1EndpointSlice[] = []) {
  return serviceModel({
    services: [service(spec)],
    slicesOf: () => slices,
    nodePortAddresses: ['127.0.0.1', '127.77.0.1'],
    loadBalancerAddresses: new Map([['default/web', '127.77.192.1']]),
  }).listeners;
}

test('every address of a Service is listened on', () => {
  const listeners = model({
    type: 'LoadBalancer',
    clusterIP: '10.0.0.1',
    ports: [{ name: 'http', port: 80, nodePort: 30_000 }],
  });
  assert.deepEqual(
    listeners.map(({ address, port }) => `${address}:${port}`),
    ['10.0.0.1:80', '127.77.192.1:80', '127.0.0.1:30000', '127.77.0.1:30000'],
  );
  assert.deepEqual(listeners.map(serviceKeyOfListener), Array(4).fill('default/web'));
});

test('headless Services, external names and UDP are not', () => {
  assert.deepEqual(model({ clusterIP: 'None', ports: [{ port: 80 }] }), []);
  assert.deepEqual(model({ type: 'ExternalName', externalName: 'example.org' }), []);
  assert.deepEqual(model({ clusterIP: '10.0.0.1', ports: [{ port: 53, protocol: 'UDP' }] }), []);
});

test('ready endpoints get connections, the others keep theirs', () => {
  const slices = [
    slice([
      ['10.1.0.1', { ready: true, serving: true, terminating: false }],
      ['10.1.0.2', { ready: false, serving: true, terminating: true }],
      ['10.1.0.3', { ready: false, serving: false, terminating: false }],
      ['10.1.0.4', {}],
    ]),
    slice([['10.1.0.1', { ready: false }]]),
  ];
  const [listener] = model({ clusterIP: '10.0.0.1', ports: [{ port: 80 }] }, slices);
  assert.deepEqual(listener?.endpoints, [
    { ip: '10.1.0.1', port: 5000 },
    { ip: '10.1.0.2', port: 5000, draining: true },
    { ip: '10.1.0.3', port: 5000, draining: true },
    { ip: '10.1.0.4', port: 5000 },
  ]);
});

test('when none is ready, those that serve while they leave are asked', () => {
  const slices = [
    slice([
      ['10.1.0.1', { ready: false, serving: true, terminating: true }],
      ['10.1.0.2', { ready: false, serving: false, terminating: true }],
    ]),
  ];
  const [listener] = model({ clusterIP: '10.0.0.1', ports: [{ port: 80 }] }, slices);
  assert.deepEqual(
    listener?.endpoints.map(({ draining }) => draining === true),
    [false, true],
  );
});

test('a port of the Service finds the port of the same name', () => {
  const ports = [
    { name: 'a', port: 1, protocol: 'TCP' },
    { name: 'b', port: 2, protocol: 'TCP' },
  ];
  const slices = [slice([['10.1.0.1', {}]], { ports }), slice([['::1', {}]], { addressType: 'IPv6', ports })];
  const wanted = [{ name: 'b', port: 80 }];
  assert.deepEqual(model({ clusterIP: '10.0.0.1', ports: wanted }, slices)[0]?.endpoints, [
    { ip: '10.1.0.1', port: 2 },
  ]);
});

test('affinity is told in milliseconds', () => {
  const spec: V1ServiceSpec = { clusterIP: '10.0.0.1', ports: [{ port: 80 }], sessionAffinity: 'ClientIP' };
  assert.equal(model(spec)[0]?.affinityMs, 10_800_000);
  const short = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } };
  assert.equal(model(short)[0]?.affinityMs, 5_000);
});

test('addresses stay with their Services, and wishes within the range are met', () => {
  const addresses = new LoadBalancerAddresses('127.77.192.0/29');
  const balanced: V1ServiceSpec = { type: 'LoadBalancer' };
  const assigned = addresses.assign([
    service(balanced, 'a'),
    service(balanced, 'b', '127.77.192.1'),
    service({ ...balanced, loadBalancerIP: '127.77.192.5' }, 'c'),
    service(balanced, 'd', '10.0.0.1'),
    service({ type: 'ClusterIP' }, 'e'),
    service({ ...balanced, loadBalancerClass: 'other' }, 'f'),
  ]);
  assert.deepEqual(Object.fromEntries(assigned), {
    'default/a': '127.77.192.2',
    'default/b': '127.77.192.1',
    'default/c': '127.77.192.5',
    'default/d': '127.77.192.3',
  });
});

test('a range has an end', () => {
  const wanting = Array.from({ length: 9 }, (_, i) => service({ type: 'LoadBalancer' }, `s${i}`));
  assert.equal(new LoadBalancerAddresses('127.77.192.0/29').assign(wanting).size, 6);
  assert.throws(() => new LoadBalancerAddresses('nonsense'), TypeError);
});
