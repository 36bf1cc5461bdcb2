import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Service } from '../generated/types.ts';
import { awaitsAddress, serviceUrls } from './service-urls.ts';

function service(spec: object, status: object = {}): V1Service {
  return { metadata: { name: 'web', namespace: 'shop' }, spec, status } as V1Service;
}
const urls = (of: V1Service) => serviceUrls([of]).map(({ url }) => url);

test('a node port is reached on this machine, and http unless it is told otherwise', () => {
  const ports = [
    { port: 80, nodePort: 30_080 },
    { port: 8443, nodePort: 30_443, name: 'https' },
    { port: 9000, nodePort: 30_900, appProtocol: 'https' },
    { port: 53, nodePort: 30_053, protocol: 'UDP' },
  ];
  assert.deepEqual(serviceUrls([service({ type: 'NodePort', ports })]), [
    { namespace: 'shop', name: 'web', url: 'http://127.0.0.1:30080' },
    { namespace: 'shop', name: 'web', url: 'https://127.0.0.1:30443' },
    { namespace: 'shop', name: 'web', url: 'https://127.0.0.1:30900' },
  ]);
});

test('a load balancer is reached at its address, and awaited until it has one', () => {
  const spec = { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_080 }, { port: 8000 }] };
  const ready = service(spec, { loadBalancer: { ingress: [{ ip: '127.5.6.7' }] } });
  assert.deepEqual(urls(ready), ['http://127.5.6.7', 'http://127.5.6.7:8000']);
  assert.equal(awaitsAddress(ready), false);
  assert.deepEqual(urls(service(spec)), ['http://127.0.0.1:30080']);
  assert.equal(awaitsAddress(service(spec)), true);
});

test('what is for the inside only has no URL', () => {
  assert.deepEqual(urls(service({ type: 'ClusterIP', ports: [{ port: 80 }] })), []);
  assert.deepEqual(urls(service({ type: 'ExternalName', externalName: 'example.org' })), []);
});
