import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { meta } from '../../tests/support/objects.ts';
import type { V1EndpointSlice, V1EndpointSubset, V1Endpoints } from '../api/generated/types.ts';
import { endpointSlices, endpoints, services } from '../client/resources.ts';
import { createEndpointsController } from './endpoints-controller.ts';
import { createEndpointSliceController } from './endpointslice-controller.ts';
import { createEndpointSliceMirroringController } from './endpointslicemirroring-controller.ts';

let world: ControllerWorld;

beforeEach(() => {
  world = new ControllerWorld();
  const { context } = world;
  world.start(
    createEndpointSliceController(context),
    createEndpointsController(context),
    createEndpointSliceMirroringController(context),
  );
});

afterEach(() => world.close());

const ports = [{ name: 'sql', port: 5432, protocol: 'TCP' }];

function slices(): V1EndpointSlice[] {
  return world.api.all('discovery.k8s.io/endpointslices') as unknown as V1EndpointSlice[];
}

/** `10.0.0.1` or, when it is not ready, `!10.0.0.1`; sorted. */
function mirrored(): string[] {
  const all = slices().flatMap((slice) => slice.endpoints ?? []);
  return all.map(({ addresses, conditions }) => `${conditions?.ready ? '' : '!'}${addresses[0]}`).sort();
}

function addService(selector?: Record<string, string>): Promise<unknown> {
  const spec = { ports: [{ name: 'sql', port: 5432 }], ...(selector ? { selector } : {}) };
  return world.client.resource(services).create({ metadata: meta('db'), spec });
}

function addEndpoints(subsets: V1EndpointSubset[], metadata: Partial<V1Endpoints['metadata']> = {}) {
  return world.client.resource(endpoints).create({ metadata: { ...meta('db'), ...metadata }, subsets });
}

async function change(how: (object: V1Endpoints) => Partial<V1Endpoints>): Promise<void> {
  const api = world.client.resource(endpoints, 'default');
  const object = await api.get('db');
  await api.update({ ...object, ...how(object) });
}

test('what a user writes for a Service without a selector is mirrored, with ports, readiness and marks', async () => {
  await addService();
  const { metadata } = await addEndpoints(
    [{ addresses: [{ ip: '10.0.0.1', hostname: 'a' }], notReadyAddresses: [{ ip: '10.0.0.2' }], ports }],
    {
      labels: { app: 'db' },
      annotations: { note: 'kept', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
  );
  await eventually(() => mirrored().join() === '!10.0.0.2,10.0.0.1');
  const [slice, ...others] = slices();
  assert.deepEqual(others, []);
  assert.deepEqual(slice?.metadata.labels, {
    app: 'db',
    'kubernetes.io/service-name': 'db',
    'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
  });
  assert.deepEqual(slice?.metadata.annotations, { note: 'kept' });
  assert.deepEqual(
    slice?.metadata.ownerReferences?.map(({ kind, uid, controller }) => [kind, uid, controller]),
    [['Endpoints', metadata.uid, true]],
  );
  assert.deepEqual([slice?.addressType, slice?.ports], ['IPv4', ports]);
  assert.deepEqual(slice?.endpoints?.find(({ hostname }) => hostname === 'a')?.conditions, { ready: true });
});

test('changes follow in the same slice, and go with the Endpoints', async () => {
  await addService();
  await addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
  await eventually(() => mirrored().join() === '10.0.0.1');
  const name = slices()[0]?.metadata.name;
  await change(() => ({ subsets: [{ addresses: [{ ip: '10.0.0.9' }], ports }] }));
  await eventually(() => mirrored().join() === '10.0.0.9');
  assert.equal(slices()[0]?.metadata.name, name);
  await change(() => ({ subsets: [] }));
  await eventually(() => mirrored().length === 0);
  assert.equal(slices().length, 1, 'an empty slice says that there is nobody');
  await world.client.resource(endpoints, 'default').delete('db');
  await eventually(() => slices().length === 0);
});

test('each kind of address and set of ports has slices of its own, of a hundred endpoints at most', async () => {
  await addService();
  const many = Array.from({ length: 150 }, (_, index) => ({ ip: `10.0.1.${index}` }));
  await addEndpoints([
    { addresses: [...many, { ip: 'fd00::1' }], ports },
    { addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] },
  ]);
  await eventually(() => mirrored().length === 152);
  const shapes = slices().map(({ addressType, endpoints: list, ports: of }) => {
    return `${addressType} ${of?.[0]?.port} ${list?.length}`;
  });
  assert.deepEqual(shapes.sort(), ['IPv4 5432 100', 'IPv4 5432 50', 'IPv4 80 1', 'IPv6 5432 1']);
});

const unwanted: Record<string, Partial<V1Endpoints['metadata']>> = {
  'the skip-mirror label': { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  "a leader's annotation": { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } },
};
for (const [what, marks] of Object.entries(unwanted)) {
  test(`with ${what} nothing is mirrored, and what was is removed`, async () => {
    await addService();
    await addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
    await eventually(() => mirrored().length === 1);
    await change(({ metadata }) => ({ metadata: { ...metadata, ...marks } }));
    await eventually(() => slices().length === 0);
  });
}

test('a slice that somebody removes or rewrites is mended', async () => {
  await addService();
  await addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
  await eventually(() => mirrored().length === 1);
  const api = world.client.resource(endpointSlices, 'default');
  const [slice] = slices();
  await api.update({ ...(slice as V1EndpointSlice), endpoints: [] });
  await eventually(() => mirrored().join() === '10.0.0.1');
  await api.delete(slice?.metadata.name ?? '');
  await eventually(() => slices().length === 1 && slices()[0]?.metadata.uid !== slice?.metadata.uid);
});

test('Endpoints without a Service, or of one with a selector, are left to others', async () => {
  await addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
  await addService();
  await eventually(() => mirrored().length === 1);
  const api = world.client.resource(services, 'default');
  const service = await api.get('db');
  await api.update({ ...service, spec: { ...service.spec, selector: { app: 'db' } } });
  const managers = () =>
    slices().map(({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by']);
  await eventually(() => managers().join() === 'endpointslice-controller.k8s.io');
  await api.delete('db');
  await eventually(() => !slices().some(({ endpoints: list }) => list?.length));
});
