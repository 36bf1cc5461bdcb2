import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Service } from '../api/generated/types.ts';
import { reachedUrls } from './service-reach.ts';

function service(name: string, type: string, ip?: string): V1Service {
  const status = ip === undefined ? {} : { loadBalancer: { ingress: [{ ip }] } };
  const spec = { type, ports: [{ port: 8000, ...(type === 'ClusterIP' ? {} : { nodePort: 30_080 }) }] };
  return { metadata: { name, namespace: 'shop' }, spec, status } as V1Service;
}
const all = [
  service('web', 'NodePort'),
  service('lb', 'LoadBalancer', '127.5.6.7'),
  service('db', 'ClusterIP'),
];
const urls = (outward?: readonly string[]) =>
  reachedUrls(all, outward && { outward }).map(({ name, url }) => `${name} ${url}`);

test('others reach Services by their node ports, and are told after this machine', () => {
  assert.deepEqual(urls(['192.0.2.9', 'fd00::2']), [
    'web http://127.0.0.1:30080',
    'web http://192.0.2.9:30080',
    'web http://[fd00::2]:30080',
    'lb http://127.5.6.7:8000',
    'lb http://192.0.2.9:30080',
    'lb http://[fd00::2]:30080',
  ]);
});

test('where nobody else reaches them nothing else is told', () => {
  const alone = ['web http://127.0.0.1:30080', 'lb http://127.5.6.7:8000'];
  assert.deepEqual(urls(), alone);
  assert.deepEqual(urls([]), alone);
});
