import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makePod, meta } from '../../tests/support/objects.ts';
import type { V1Pod, V1Service } from '../api/generated/types.ts';
import { endpoints, pods, services } from '../client/resources.ts';
import { createEndpointsController } from './endpoints-controller.ts';
import { createEndpointSliceController } from './endpointslice-controller.ts';

const slicePath = 'discovery.k8s.io/endpointslices';

let world: ControllerWorld;

beforeEach(() => {
  world = new ControllerWorld();
});

afterEach(() => world.close());

function start(): void {
  world.start(createEndpointSliceController(world.context), createEndpointsController(world.context));
}

async function addService(): Promise<void> {
  const spec: V1Service['spec'] = { selector: { app: 'web' }, ports: [{ port: 80 }] };
  await world.client.resource(services).create({ metadata: meta('web'), spec });
}

async function addPod(index: number): Promise<V1Pod> {
  const api = world.client.resource(pods);
  const created = await api.create(makePod(`web-${index}`, { labels: { app: 'web' }, nodeName: 'node-1' }));
  const conditions = [{ type: 'Ready', status: 'True' }];
  return api.updateStatus({
    ...created,
    status: { phase: 'Running', podIP: `10.0.${index >> 8}.${index & 255}`, conditions },
  });
}

function slicedCount(): number {
  return world.api.all(slicePath).reduce((sum, slice) => sum + slice.endpoints.length, 0);
}

test('pods of a Service become its endpoints and leave them again', async () => {
  start();
  await addService();
  await eventually(() => world.api.all(slicePath).length === 1);
  await addPod(1);
  await addPod(2);
  await eventually(() => slicedCount() === 2);
  const addresses = () => world.api.find('endpoints', 'default/web')?.subsets?.[0]?.addresses?.length;
  await eventually(() => addresses() === 2);
  await world.client.resource(pods, 'default').delete('web-1');
  await eventually(() => slicedCount() === 1 && addresses() === 1);
});

test('three hundred pods make three slices and few writes, even with a slow watch', async () => {
  await addService();
  start();
  await world.context.informers.synced();
  for (let index = 0; index < 300; index++) await addPod(index);
  await eventually(() => slicedCount() === 300);
  assert.equal(world.api.all(slicePath).length, 3);
  const writes = world.api.requests.filter(
    ({ method, path }) => method !== 'GET' && path.includes('endpointslices'),
  );
  assert.ok(writes.length < 100, `${writes.length} writes`);
});

test('Endpoints go with their Service; those a user made for none stay', async () => {
  await addService();
  start();
  await eventually(() => world.api.find('endpoints', 'default/web'));
  await world.client.resource(endpoints).create({ metadata: meta('mine') });
  await world.client.resource(services, 'default').delete('web');
  await eventually(() => !world.api.find('endpoints', 'default/web'));
  assert.ok(world.api.find('endpoints', 'default/mine'));
});
