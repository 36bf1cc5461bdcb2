import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1ServicePort } from '../../api/generated/types.ts';
import type { Mode } from '../../lb/model.ts';
import { modeOfPort } from './service-mode.ts';

const table: [port: Partial<V1ServicePort>, hasPolicy: boolean, expected: Mode][] = [
  [{}, false, 'tcp'],
  [{}, true, 'http'],
  [{ port: 80 }, false, 'tcp'],
  [{ port: 8080, name: 'web' }, false, 'tcp'],
  [{ name: 'http' }, false, 'http'],
  [{ name: 'http-web' }, false, 'http'],
  [{ name: 'https' }, false, 'tcp'],
  [{ name: 'http2' }, false, 'tcp'],
  [{ appProtocol: 'http' }, false, 'http'],
  [{ appProtocol: 'HTTP' }, false, 'http'],
  [{ appProtocol: 'kubernetes.io/ws' }, false, 'http'],
  [{ appProtocol: 'kubernetes.io/h2c' }, true, 'tcp'],
  [{ appProtocol: 'https' }, true, 'tcp'],
  [{ appProtocol: 'tcp', name: 'http' }, true, 'tcp'],
  [{ appProtocol: 'postgresql' }, true, 'tcp'],
];
for (const [port, hasPolicy, expected] of table) {
  test(`${JSON.stringify(port)} ${hasPolicy ? 'with' : 'without'} a policy is ${expected}`, () => {
    assert.equal(modeOfPort({ port: 1, ...port }, hasPolicy), expected);
  });
}
