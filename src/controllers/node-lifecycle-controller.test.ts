import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { makeNode, makePod, meta } from '../../tests/support/objects.ts';
import type { V1Lease } from '../api/generated/types.ts';
import { leases, nodes, pods } from '../client/resources.ts';
import { createNodeLifecycleController } from './node-lifecycle-controller.ts';

const toleration = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 };

let clock: FakeClock;
let world: ControllerWorld;
let names: string[];

beforeEach(() => {
  clock = new FakeClock();
  world = new ControllerWorld({ clock });
});

afterEach(() => world.close());

async function setUp(nodeCount: number): Promise<void> {
  names = Array.from({ length: nodeCount }, (_, index) => `node-${index + 1}`);
  for (const name of names) {
    const node = await world.client.resource(nodes).create(makeNode(name));
    const conditions = [{ type: 'Ready', status: 'True' }];
    await world.client.resource(nodes).updateStatus({ ...node, status: { conditions } });
    const lease = { metadata: meta(name, { namespace: 'kube-node-lease' }), spec: { renewTime: '0' } };
    await world.client.resource(leases).create(lease);
    const pod = await world.client
      .resource(pods)
      .create(makePod(`pod-${name}`, { nodeName: name, tolerations: [toleration] }));
    await world.client.resource(pods).updateStatus({ ...pod, status: { phase: 'Running', conditions } });
  }
  world.start(createNodeLifecycleController(world.context));
  await world.context.informers.synced();
  await eventually(() => clock.pending > 0);
}

/** Lets informers and the controller settle: real turns of the event loop, no time of the fake clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
}

let renewal = 0;
async function pass(ms: number, living: readonly string[]): Promise<void> {
  for (let elapsed = 0; elapsed < ms; elapsed += 250) {
    for (const name of living) {
      const lease = world.api.find(
        'coordination.k8s.io/leases',
        `kube-node-lease/${name}`,
      ) as unknown as V1Lease;
      await world.client.resource(leases).update({ ...lease, spec: { renewTime: String(++renewal) } });
    }
    await settle();
    clock.advance(250);
    await settle();
  }
}

function readyOf(collection: string, key: string): string | undefined {
  const conditions = world.api.find(collection, key)?.status?.conditions ?? [];
  return conditions.find(({ type }: { type: string }) => type === 'Ready')?.status;
}

function taintsOf(name: string): string[] {
  const taints: { key: string; effect: string }[] = world.api.find('nodes', name)?.spec?.taints ?? [];
  return taints.map(({ key, effect }) => `${key}:${effect}`);
}

test('a lost node is NotReady after four seconds and its pods go three seconds later', async () => {
  await setUp(3);
  const living = ['node-2', 'node-3'];
  await pass(3500, living);
  assert.equal(readyOf('nodes', 'node-1'), 'True');
  await pass(1000, living);
  assert.equal(readyOf('nodes', 'node-1'), 'Unknown');
  assert.deepEqual(taintsOf('node-1'), [
    'node.kubernetes.io/unreachable:NoSchedule',
    'node.kubernetes.io/unreachable:NoExecute',
  ]);
  assert.equal(readyOf('pods', 'default/pod-node-1'), 'False');
  assert.equal(readyOf('pods', 'default/pod-node-2'), 'True');
  await pass(2000, living);
  assert.ok(world.api.find('pods', 'default/pod-node-1'));
  await pass(2000, living);
  assert.equal(world.api.find('pods', 'default/pod-node-1'), undefined);
  assert.ok(world.api.find('pods', 'default/pod-node-2'));
});

test('a node that comes back in time keeps its pods and loses its taints', async () => {
  await setUp(3);
  await pass(5000, ['node-2', 'node-3']);
  const node = await world.client.resource(nodes).get('node-1');
  const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2030-01-01T00:00:05Z' }];
  await world.client.resource(nodes).updateStatus({ ...node, status: { conditions } });
  await pass(5000, names);
  assert.deepEqual(taintsOf('node-1'), []);
  assert.ok(world.api.find('pods', 'default/pod-node-1'));
});

test('a node that is heard of again loses no pods while its kubelet has yet to post that it is well', async () => {
  await setUp(3);
  await pass(5000, ['node-2', 'node-3']);
  await pass(10_000, names);
  assert.equal(readyOf('nodes', 'node-1'), 'Unknown');
  assert.ok(world.api.find('pods', 'default/pod-node-1'));
});

test('when most nodes look lost nobody is evicted, an event says so, and it goes on when they are back', async () => {
  await setUp(3);
  await pass(12_000, ['node-3']);
  assert.equal(readyOf('nodes', 'node-1'), 'Unknown');
  assert.ok(world.api.find('pods', 'default/pod-node-1'));
  assert.ok(world.eventReasons.includes('EvictionsStopped'));
  await pass(2500, ['node-2', 'node-3']);
  assert.ok(
    world.api.find('pods', 'default/pod-node-1'),
    'the three seconds count from the end of the outage',
  );
  await pass(2500, ['node-2', 'node-3']);
  assert.equal(world.api.find('pods', 'default/pod-node-1'), undefined);
});

test('when every node looks lost the pods are left alone altogether', async () => {
  await setUp(2);
  await pass(12_000, []);
  assert.equal(readyOf('nodes', 'node-1'), 'Unknown');
  assert.equal(readyOf('pods', 'default/pod-node-1'), 'True');
});

test('after a stall of its own nobody is blamed', async () => {
  await setUp(3);
  await pass(1000, names);
  clock.advance(60_000);
  await settle();
  await pass(3000, []);
  assert.deepEqual(
    names.map((name) => readyOf('nodes', name)),
    ['True', 'True', 'True'],
  );
});

test('a wall clock that is set back or forward takes nobody for lost, and saves nobody who is', async () => {
  await setUp(3);
  for (const hours of [-24, 48]) {
    clock.setWall(clock.now() + hours * 3_600_000);
    await pass(8_000, names);
    assert.deepEqual(
      names.map((name) => [readyOf('nodes', name), readyOf('pods', `default/pod-${name}`)]),
      names.map(() => ['True', 'True']),
    );
  }
  const living = ['node-2', 'node-3'];
  await pass(5_000, living);
  clock.setWall(0);
  await pass(3_500, living);
  assert.equal(world.api.find('pods', 'default/pod-node-1'), undefined);
  assert.ok(world.api.find('pods', 'default/pod-node-2'));
});
