import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makeNode, makePod } from '../../tests/support/objects.ts';
import type { V1Node } from '../api/generated/types.ts';
import { nodes, pods } from '../client/resources.ts';
import { createPodGcController, isOutOfService } from './pod-gc-controller.ts';

let world: ControllerWorld;

beforeEach(() => {
  world = new ControllerWorld();
});

afterEach(() => world.close());

const terminating = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const outOfService = { key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' };

function nodeThatIs(ready: string, taints: { key: string; effect: string }[] = []): V1Node {
  const node = makeNode('node-1', { spec: { taints } });
  return { ...node, status: { ...node.status, conditions: [{ type: 'Ready', status: ready }] } };
}

function podNames(): string[] {
  return world.api.all('pods').map(({ metadata }) => metadata.name);
}

/** Nothing in these tests waits for the regular look. */
function start(): void {
  world.start(createPodGcController(world.context, { quarantineMs: 20, sweepEveryMs: 3_600_000 }));
}

test('the pods of a node that is removed while everything runs follow it, and nobody else', async () => {
  await world.client.resource(nodes).create(makeNode('node-1'));
  await world.client.resource(nodes).create(makeNode('node-2'));
  await world.client.resource(pods).create(makePod('goes', { nodeName: 'node-1' }));
  await world.client.resource(pods).create(makePod('stays', { nodeName: 'node-2' }));
  start();
  await world.context.informers.synced();
  await world.client.resource(nodes).delete('node-1');
  await eventually(() => podNames().join() === 'stays');
});

test('a pod that is bound to a node that just went is found too', async () => {
  start();
  await world.context.informers.synced();
  await world.client.resource(pods).create(makePod('late', { nodeName: 'gone' }));
  await eventually(() => podNames().length === 0);
});

test('what terminates on a node out of service is removed by force, what does not terminate stays', async () => {
  await world.client.resource(nodes).create(nodeThatIs('Unknown'));
  await world.client.resource(pods).create(makePod('ends', { nodeName: 'node-1', ...terminating }));
  await world.client.resource(pods).create(makePod('runs', { nodeName: 'node-1' }));
  start();
  await world.context.informers.synced();
  const api = world.client.resource(nodes);
  const node = await api.get('node-1');
  await api.update({ ...node, spec: { ...node.spec, taints: [outOfService] } });
  await eventually(() => podNames().join() === 'runs');
  const forced = world.api.requests.find(({ method }) => method === 'DELETE')?.body;
  assert.equal((forced as { gracePeriodSeconds?: number }).gracePeriodSeconds, 0);
});

test('only a node that is tainted and has stopped reporting is out of service', () => {
  assert.ok(isOutOfService(nodeThatIs('Unknown', [outOfService])));
  assert.ok(isOutOfService(nodeThatIs('False', [outOfService])));
  assert.ok(!isOutOfService(nodeThatIs('True', [outOfService])));
  assert.ok(!isOutOfService(nodeThatIs('Unknown', [{ ...outOfService, key: 'other' }])));
  assert.ok(!isOutOfService(makeNode('new', { spec: { taints: [outOfService] } })));
});
