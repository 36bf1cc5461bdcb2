import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makePod, meta } from '../../tests/support/objects.ts';
import { configMaps, namespaces, pods } from '../client/resources.ts';
import { createEventTtlController } from './event-ttl-controller.ts';
import { createNamespaceController } from './namespace-controller.ts';
import { createPodGcController, surplus } from './pod-gc-controller.ts';
import { createRootCaController } from './root-ca-controller.ts';
import { createServiceAccountController } from './serviceaccount-controller.ts';

let world: ControllerWorld;

beforeEach(() => {
  world = new ControllerWorld();
  world.serve(pods, configMaps);
});

afterEach(() => world.close());

function addNamespace(name: string, more: object = {}) {
  const metadata = meta(name, more);
  delete metadata.namespace;
  return world.client.resource(namespaces).create({ metadata, spec: { finalizers: ['kubernetes'] } });
}

function conditionOf(type: string): { status: string; message: string } | undefined {
  const conditions = world.api.find('namespaces', 'going')?.status?.conditions ?? [];
  return conditions.find((condition: { type: string }) => condition.type === type);
}

test('a namespace that is going is emptied, tells what is left, and is let go', async () => {
  await addNamespace('going', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  await world.client.resource(pods).create(makePod('held', { namespace: 'going' }));
  await world.client.resource(configMaps).create({ metadata: meta('other', { namespace: 'staying' }) });
  let holds = true;
  world.api.intercept = async ({ method, path, body }) => {
    // The fake API knows no finalizers: pods linger as if one of theirs held them.
    if (holds && method === 'DELETE' && path.endsWith('/going/pods')) throw new Error('held');
    if (path.endsWith('/finalize')) {
      assert.deepEqual((body as { spec: unknown }).spec, { finalizers: [] });
      await world.api.request({ method: 'DELETE', path: '/api/v1/namespaces/going' });
    }
  };
  world.start(createNamespaceController(world.context));
  await eventually(() => conditionOf('NamespaceDeletionContentFailure')?.status === 'True');
  holds = false;
  await eventually(() => !world.api.find('namespaces', 'going'));
  assert.deepEqual(world.api.all('pods'), []);
  assert.equal(world.api.all('configmaps').length, 1);
});

test('every namespace has a default ServiceAccount and the CA certificate, and has them again', async () => {
  world.start(
    createServiceAccountController(world.context),
    createRootCaController(world.context, { caCertificate: 'PEM' }),
  );
  await addNamespace('a');
  const account = () => world.api.find('serviceaccounts', 'a/default');
  const certificate = () => world.api.find('configmaps', 'a/kube-root-ca.crt')?.data?.['ca.crt'];
  await eventually(() => account() && certificate() === 'PEM');
  await world.client.resource(configMaps, 'a').patch('kube-root-ca.crt', { data: { 'ca.crt': 'forged' } });
  await eventually(() => certificate() === 'PEM');
  await world.client.resource(configMaps, 'a').delete('kube-root-ca.crt');
  await eventually(certificate);
});

test('events go when they are older than the time given', async () => {
  const { client } = world;
  const event = (name: string, ageMs: number) => ({
    metadata: meta(name),
    involvedObject: {},
    lastTimestamp: new Date(Date.now() - ageMs).toISOString(),
  });
  const events = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };
  world.api.now = () => Date.now() - 7_200_000;
  await client.resource(events).create(event('old', 3_700_000));
  await client.resource(events).create(event('young', 60_000));
  world.start(createEventTtlController(world.context));
  await eventually(() => !world.api.find('events', 'default/old'));
  assert.ok(world.api.find('events', 'default/young'));
});

test('pods of a node that is gone are failed and removed, after a while', async () => {
  await world.client.resource(pods).create(makePod('lost', { nodeName: 'gone' }));
  await world.client.resource(pods).create(makePod('pending'));
  world.start(createPodGcController(world.context, { quarantineMs: 20 }));
  await eventually(() => !world.api.find('pods', 'default/lost'));
  assert.ok(world.api.find('pods', 'default/pending'));
  const bodyOf = (method: string, end: string) => {
    const found = world.api.requests.find(
      (request) => request.method === method && request.path.endsWith(end),
    );
    return (found?.body ?? {}) as { gracePeriodSeconds?: number; status?: { phase: string } };
  };
  assert.equal(bodyOf('DELETE', '/lost').gracePeriodSeconds, 0);
  assert.equal(bodyOf('PUT', '/lost/status').status?.phase, 'Failed');
});

test('of too many ended pods the oldest are surplus', () => {
  const ended = ['a', 'b', 'c'].map((name, index) => {
    const pod = makePod(name);
    pod.metadata.creationTimestamp = `2026-01-0${3 - index}T00:00:00Z`;
    return { ...pod, status: { phase: 'Succeeded' } };
  });
  assert.deepEqual(
    surplus([...ended, makePod('running')], 2).map(({ metadata }) => metadata.name),
    ['c'],
  );
});
