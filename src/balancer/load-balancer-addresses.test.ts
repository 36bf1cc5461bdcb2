import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meta } from '../../tests/support/objects.ts';
import type { V1Service, V1ServiceSpec } from '../api/generated/types.ts';
import { LoadBalancerAddresses } from './load-balancer-addresses.ts';

function service(name: string, spec: V1ServiceSpec = {}, ip?: string): V1Service {
  const status = { loadBalancer: ip === undefined ? {} : { ingress: [{ ip }] } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: { type: 'LoadBalancer', ...spec },
    status,
  };
}

test('addresses stay with their Services, and wishes within the range are met', () => {
  const addresses = new LoadBalancerAddresses('127.77.192.0/29', ['127.77.192.3']);
  const assigned = addresses.assign([
    service('a'),
    service('b', {}, '127.77.192.1'),
    service('c', { loadBalancerIP: '127.77.192.5' }),
    service('d', {}, '10.0.0.1'),
    service('e', { type: 'ClusterIP' }),
    service('f', { loadBalancerClass: 'other' }),
  ]);
  assert.deepEqual(Object.fromEntries(assigned), {
    'default/a': '127.77.192.2',
    'default/b': '127.77.192.1',
    'default/c': '127.77.192.5',
    'default/d': '127.77.192.4',
  });
});

test('a reserved address is nobody else’s, whoever wants it', () => {
  const addresses = new LoadBalancerAddresses('127.77.192.0/29', ['127.77.192.1']);
  const assigned = addresses.assign([service('a', {}, '127.77.192.1')]);
  assert.deepEqual([...assigned.values()], ['127.77.192.2']);
});

test('a range has an end', () => {
  const wanting = Array.from({ length: 9 }, (_, i) => service(`s${i}`));
  assert.equal(new LoadBalancerAddresses('127.77.192.0/29').assign(wanting).size, 6);
  assert.throws(() => new LoadBalancerAddresses('nonsense'), TypeError);
});
