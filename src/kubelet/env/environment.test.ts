import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeApi } from '../../../tests/support/fake-api.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { makePod } from '../../../tests/support/objects.ts';
import type { V1Container, V1Service } from '../../api/generated/types.ts';
import { Client } from '../../client/client.ts';
import { configMaps, secrets } from '../../client/resources.ts';
import { Environment, EnvironmentError } from './environment.ts';
import { expand } from './expand.ts';
import { ReferenceReader } from './reference-reader.ts';
import { serviceVariables } from './service-variables.ts';

const place = {
  nodeName: 'node-1',
  hostIps: ['10.0.0.1'],
  podIps: ['10.64.0.1', 'fd00::1'],
  allocatable: { cpu: '4', memory: '8Gi' },
};

function service(name: string, clusterIP: string, ports: object[]): V1Service {
  const metadata = { name, namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP, ports } } as V1Service;
}

async function world() {
  const api = new FakeApi();
  const client = new Client(api);
  const metadata = { name: 'settings', namespace: 'default' };
  await client.resource(configMaps, 'default').create({ metadata, data: { a: '1', b: '2' } });
  const data = { password: Buffer.from('geheim').toString('base64') };
  await client.resource(secrets, 'default').create({ metadata: { ...metadata, name: 'keys' }, data });
  const clock = new FakeClock();
  const references = new ReferenceReader(client, clock);
  const of = (container: Partial<V1Container>, services: V1Service[] = []) => {
    const pod = makePod('web', { labels: { app: 'x' }, serviceAccountName: 'robot' });
    const list = (namespace: string) => (namespace === 'default' ? services : []);
    const environment = new Environment({ references, services: list });
    return environment.of(pod, { name: 'app', image: 'app', ...container }, place);
  };
  return { api, clock, of };
}

test('values come from everywhere, the nearer source wins, and references are expanded', async () => {
  const { of } = await world();
  const variables = await of({
    envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }],
    env: [
      { name: 'S_a', value: 'own' },
      { name: 'B', valueFrom: { configMapKeyRef: { name: 'settings', key: 'b' } } },
      { name: 'PW', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
      { name: 'URL', value: 'http://$(B)/$(S_a)?$$(B)&$(LATER)' },
      { name: 'LATER', value: 'x' },
    ],
  });
  assert.deepEqual(variables, {
    S_a: 'own',
    S_b: '2',
    password: 'geheim',
    B: '2',
    PW: 'geheim',
    URL: 'http://2/own?$(B)&$(LATER)',
    LATER: 'x',
  });
});

test('a pod is told about itself', async () => {
  const { of } = await world();
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const resource = (name: string, named: string, divisor: string) => ({
    name,
    valueFrom: { resourceFieldRef: { resource: named, divisor } },
  });
  const variables = await of({
    resources: { requests: { cpu: '1500m' }, limits: { memory: '64Mi' } },
    env: [
      field('NAME', 'metadata.name'),
      field('APP', "metadata.labels['app']"),
      field('NODE', 'spec.nodeName'),
      field('ACCOUNT', 'spec.serviceAccountName'),
      field('IP', 'status.podIP'),
      field('IPS', 'status.podIPs'),
      field('HOST', 'status.hostIP'),
      resource('CPU', 'requests.cpu', '1'),
      resource('MILLIS', 'requests.cpu', '1m'),
      resource('MEMORY', 'limits.memory', '1Mi'),
      resource('ALL', 'limits.cpu', '0'),
    ],
  });
  assert.deepEqual(variables, {
    NAME: 'web',
    APP: 'x',
    NODE: 'node-1',
    ACCOUNT: 'robot',
    IP: '10.64.0.1',
    IPS: '10.64.0.1,fd00::1',
    HOST: '10.0.0.1',
    CPU: '2',
    MILLIS: '1500',
    MEMORY: '64',
    ALL: '4',
  });
});

test('what is missing is named, unless it is optional', async () => {
  const { of } = await world();
  const key = (name: string, optional?: boolean) => ({
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name, key: 'none', optional } } }],
  });
  const saying = (message: string) => (error: unknown) =>
    error instanceof EnvironmentError && error.message === message;
  await assert.rejects(of(key('nobody')), saying('configmap "nobody" not found'));
  await assert.rejects(of(key('settings')), saying("couldn't find key none in ConfigMap default/settings"));
  await assert.rejects(
    of({ envFrom: [{ secretRef: { name: 'nobody' } }] }),
    saying('secret "nobody" not found'),
  );
  assert.deepEqual(await of(key('nobody', true)), {});
  assert.deepEqual(await of({ envFrom: [{ configMapRef: { name: 'nobody', optional: true } }] }), {});
});

test('pods that start together read a ConfigMap once, and a new one soon', async () => {
  const { api, clock, of } = await world();
  const container = { envFrom: [{ configMapRef: { name: 'settings' } }] };
  const reads = () => api.requests.filter(({ method }) => method === 'GET').length;
  await Promise.all([of(container), of(container), of(container)]);
  assert.equal(reads(), 1);
  clock.advance(1_000);
  await of(container);
  assert.equal(reads(), 2);
});

test('Services are told by name, in both ways that programs know', async () => {
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
  assert.deepEqual(
    serviceVariables([service('my-web', '10.0.0.9', ports), service('headless', 'None', ports)]),
    {
      MY_WEB_SERVICE_HOST: '10.0.0.9',
      MY_WEB_SERVICE_PORT: '80',
      MY_WEB_SERVICE_PORT_HTTP: '80',
      MY_WEB_PORT: 'tcp://10.0.0.9:80',
      MY_WEB_PORT_80_TCP: 'tcp://10.0.0.9:80',
      MY_WEB_PORT_80_TCP_PROTO: 'tcp',
      MY_WEB_PORT_80_TCP_PORT: '80',
      MY_WEB_PORT_80_TCP_ADDR: '10.0.0.9',
    },
  );
  const { of } = await world();
  const variables = await of({ env: [{ name: 'WEB_SERVICE_HOST', value: 'mine' }] }, [
    service('web', '10.0.0.9', ports),
  ]);
  assert.equal(variables.WEB_SERVICE_HOST, 'mine');
  assert.equal(variables.WEB_SERVICE_PORT, '80');
});

test('text without references is never changed, and expansion is not repeated', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, value) => {
      fc.pre(!text.includes('$'));
      assert.equal(expand(text, { A: value }), text);
      assert.equal(expand(`${text}$(A)`, { A: value }), `${text}${value}`);
      assert.equal(expand(`$$(A)${text}`, { A: value }), `$(A)${text}`);
    }),
  );
});
