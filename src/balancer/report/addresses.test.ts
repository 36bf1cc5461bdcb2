import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import type { V1Service, V1ServiceSpec } from '../../api/generated/types.ts';
import { serviceAddress } from './addresses.ts';

const told = [{ ip: '10.9.0.1', ipMode: 'VIP' }];
const balanced: V1ServiceSpec = { type: 'LoadBalancer' };

const table: [
  what: string,
  spec: V1ServiceSpec,
  current: string | undefined,
  ip: string | undefined,
  expected: unknown,
][] = [
  ['an address is told', balanced, undefined, '10.9.0.1', told],
  ['another address is told', balanced, '10.9.0.2', '10.9.0.1', told],
  ['an address is told once', balanced, '10.9.0.1', '10.9.0.1', undefined],
  ['nothing is told of nothing', { type: 'ClusterIP' }, undefined, undefined, undefined],
  ['an address is taken back', { type: 'ClusterIP' }, '10.9.0.1', undefined, null],
  ['one that waits for a free address keeps what it has', balanced, '10.9.0.1', undefined, undefined],
  ['others keep what they wrote', { ...balanced, loadBalancerClass: 'x' }, '192.0.2.1', undefined, undefined],
];
for (const [what, spec, current, ip, expected] of table) {
  test(what, () => {
    const status = { loadBalancer: current === undefined ? {} : { ingress: [{ ip: current }] } };
    const service: V1Service = { apiVersion: 'v1', kind: 'Service', metadata: meta('web'), spec, status };
    assert.deepEqual(serviceAddress(service, ip), expected);
  });
}
