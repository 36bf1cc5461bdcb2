import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { KubeletWorld, nodeName } from '../../tests/support/kubelet-world.ts';
import { isReady } from '../api/core/readiness.ts';
import type { V1Lease, V1Node } from '../api/generated/types.ts';
import { StatusError } from '../api/status.ts';
import { configMaps, nodes, pods } from '../client/resources.ts';

test('a node registers, reports Ready and renews its lease', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  const node = world.api.find('nodes', nodeName) as unknown as V1Node;
  const conditions = node.status?.conditions?.map(({ type, status }) => `${type}=${status}`);
  assert.deepEqual(conditions, [
    'MemoryPressure=False',
    'DiskPressure=False',
    'PIDPressure=False',
    'Ready=True',
  ]);
  assert.equal(node.status?.nodeInfo?.containerRuntimeVersion, 'simulated://1.0.0');
  assert.equal(node.metadata.labels?.['kubernetes.io/hostname'], nodeName);
  const lease = () =>
    world.api.find('coordination.k8s.io/leases', `kube-node-lease/${nodeName}`) as unknown as V1Lease;
  const first = await eventually(() => lease()?.spec.renewTime);
  assert.equal(lease().metadata.ownerReferences?.[0]?.uid, node.metadata.uid);
  await eventually(() => {
    world.clock.advance(250);
    return lease().spec.renewTime !== first;
  });
});

test('a node held for lost says that it is there, and so do its pods', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web');
  await world.until('web', isReady);
  const lastTransitionTime = '2030-01-01T00:00:00Z';
  const unknown = { status: { conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime }] } };
  const notReady = { status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime }] } };
  const { client } = world;
  await client.resource(nodes).patch(nodeName, unknown, { type: 'strategic', subresource: 'status' });
  await client.resource(pods, 'default').patch('web', notReady, { type: 'strategic', subresource: 'status' });
  await world.until('web', isReady);
  await eventually(() => {
    const { status } = world.api.find('nodes', nodeName) as unknown as V1Node;
    return status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  });
});

test('a node that was deleted registers again', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  const before = world.api.find('nodes', nodeName)?.metadata.uid;
  await world.client.resource(nodes).delete(nodeName);
  await eventually(() => {
    const node = world.api.find('nodes', nodeName) as unknown as V1Node | undefined;
    return node && node.metadata.uid !== before && node.status?.conditions !== undefined;
  });
});

test('a pod that starts at once costs one write of its status', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web');
  const { status } = await world.until('web', isReady);
  assert.equal(world.statusWrites('web').length, 1);
  assert.equal(
    world.api.requests.filter(({ method, path }) => method === 'GET' && path.includes('/pods/')).length,
    0,
  );
  assert.equal(status?.phase, 'Running');
  assert.equal(status?.podIP, '10.64.0.1');
  assert.equal(status?.hostIP, '10.0.0.1');
  assert.ok(status?.startTime);
  const [container] = status?.containerStatuses ?? [];
  assert.match(container?.containerID ?? '', /^simulated:\/\//);
  assert.deepEqual(
    [container?.ready, container?.started, container?.restartCount, container?.imageID],
    [true, true, 0, 'simulated/app'],
  );
  const conditions = status?.conditions?.map(({ type, status: holds }) => `${type}=${holds}`);
  assert.deepEqual(conditions, [
    'PodReadyToStartContainers=True',
    'Initialized=True',
    'Ready=True',
    'ContainersReady=True',
    'PodScheduled=True',
  ]);
  const { events } = world;
  await eventually(() => events.call(world, 'web').length === 3);
  assert.deepEqual(world.events('web'), [
    'Pulled: Container image "app" already present on machine',
    'Created: Created container: app',
    'Started: Started container app',
  ]);
});

test('a start that takes long is shown while it lasts', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('slow', {}, { 'ready-after': '5s' });
  const starting = await world.until('slow', ({ status }) => status?.startTime !== undefined, 50);
  assert.equal(starting.status?.phase, 'Pending');
  assert.deepEqual(starting.status?.containerStatuses?.[0]?.state, {
    waiting: { reason: 'ContainerCreating' },
  });
  await world.until('slow', isReady, 500);
});

test('a container that keeps failing is restarted at once, then with back-off', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('bad', {}, { 'fail-after': '1s', 'exit-code': '3' });
  const looping = await world.until(
    'bad',
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
    100,
  );
  const [status] = looping.status?.containerStatuses ?? [];
  assert.equal(looping.status?.phase, 'Running');
  assert.equal(status?.restartCount, 1);
  assert.equal(status?.lastState?.terminated?.exitCode, 3);
  const { uid } = looping.metadata;
  assert.equal(
    status?.state?.waiting?.message,
    `back-off 10s restarting failed container=app pod=bad_default(${uid})`,
  );
  assert.equal(isReady(looping), false);
  world.clock.advance(9_000);
  const again = await world.until(
    'bad',
    ({ status: now }) => now?.containerStatuses?.[0]?.restartCount === 2,
    500,
  );
  assert.ok(again.status?.containerStatuses?.[0]?.state?.running);
});

test('the restart policy decides how a pod ends', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('done', { restartPolicy: 'OnFailure' }, { 'fail-after': '1s', 'exit-code': '0' });
  await world.createPod('failed', { restartPolicy: 'Never' }, { 'fail-after': '1s', 'exit-code': '2' });
  const done = await world.until('done', ({ status }) => status?.phase === 'Succeeded', 100);
  assert.equal(done.status?.containerStatuses?.[0]?.state?.terminated?.reason, 'Completed');
  const failed = await world.until('failed', ({ status }) => status?.phase === 'Failed', 100);
  assert.equal(failed.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 2);
});

test('init containers run one after the other before the others start', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  const initContainers = [
    { name: 'first', image: 'a' },
    { name: 'second', image: 'b' },
  ];
  await world.createPod('web', { initContainers });
  const { status } = await world.until('web', isReady);
  const codes = status?.initContainerStatuses?.map(({ state }) => state?.terminated?.exitCode);
  assert.deepEqual(codes, [0, 0]);
  await world.createPod('stuck', { initContainers }, { 'exit-code.first': '1' });
  const stuck = await world.until(
    'stuck',
    (pod) => (pod.status?.initContainerStatuses?.[0]?.restartCount ?? 0) > 0,
  );
  assert.equal(stuck.status?.phase, 'Pending');
  assert.equal(stuck.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing');
});

test('an image that is not there is named, then waited for', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  const containers = [{ name: 'app', image: 'web:missing' }];
  await world.createPod('web', { containers });
  const reason = (of: { status?: { containerStatuses?: { state?: { waiting?: { reason?: string } } }[] } }) =>
    of.status?.containerStatuses?.[0]?.state?.waiting?.reason;
  await world.until('web', (pod) => reason(pod) === 'ErrImagePull', 100);
  const { status } = await world.until('web', (pod) => reason(pod) === 'ImagePullBackOff', 100);
  assert.match(
    status?.containerStatuses?.[0]?.state?.waiting?.message ?? '',
    /Back-off pulling image "web:missing"/,
  );
  assert.equal(status?.phase, 'Pending');
});

test('a missing ConfigMap holds a container back until it is there', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
  await world.createPod('web', { containers: [{ name: 'app', image: 'app', env }] });
  const waiting = await world.until('web', ({ status }) => status?.containerStatuses !== undefined, 100);
  assert.deepEqual(waiting.status?.containerStatuses?.[0]?.state?.waiting, {
    reason: 'CreateContainerConfigError',
    message: 'configmap "settings" not found',
  });
  await world.client
    .resource(configMaps, 'default')
    .create({ metadata: { name: 'settings' }, data: { a: '1' } });
  await world.until('web', isReady, 500);
});

test('a pod that does not fit is refused', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('a', { requests: { cpu: '3' } });
  await world.until('a', isReady);
  await world.createPod('b', { requests: { cpu: '2' } });
  const { status } = await world.until('b', (pod) => pod.status?.phase === 'Failed');
  assert.equal(status?.reason, 'OutOfcpu');
  assert.match(status?.message ?? '', /requested: 2000, used: 3000, capacity: 4000/);
  await world.markDeleted('a', 0);
  await eventually(() => world.pod('a') === undefined);
  await world.createPod('d', { requests: { cpu: '2' } });
  await world.until('d', isReady);
});

test('a deleted pod gets its grace period, then its end is reported and it goes', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web', {}, { 'stop-after': '5s' });
  const { metadata } = await world.until('web', isReady);
  await world.markDeleted('web', 30);
  await eventually(() => world.events('web').includes('Killing: Stopping container app'));
  assert.ok(world.pod('web'));
  await eventually(() => {
    world.clock.advance(500);
    return world.pod('web') === undefined;
  });
  const last = world.statusWrites('web').at(-1)?.body as { status: { phase: string } };
  assert.equal(last.status.phase, 'Failed');
  const removal = world.api.requests.find(
    ({ method, path }) => method === 'DELETE' && path.endsWith('/pods/web'),
  );
  assert.deepEqual(removal?.body, {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    gracePeriodSeconds: 0,
    preconditions: { uid: metadata.uid },
  });
  await eventually(() => world.machine.pods().length === 0);
});

test('a grace period may be shortened while it runs', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web', {}, { 'stop-after': '1h' });
  await world.until('web', isReady);
  await world.markDeleted('web', 600);
  await eventually(() => world.events('web').length === 4);
  await world.markDeleted('web', 1);
  await eventually(() => {
    world.clock.advance(100);
    return world.pod('web') === undefined;
  });
  assert.ok(world.clock.monotonic() < 60_000);
});

test('a pod that is being started is stopped as soon as it is deleted', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('slow', {}, { 'ready-after': '10m' });
  await eventually(() => world.machine.pods().length === 1);
  await world.markDeleted('slow', 30);
  await eventually(() => world.pod('slow') === undefined && world.machine.pods().length === 0);
});

test('a pod removed by force is stopped', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web');
  await world.until('web', isReady);
  await world.client.resource(pods, 'default').delete('web', { gracePeriodSeconds: 0 });
  await eventually(() => world.machine.pods().length === 0);
});

test('a kubelet that starts again adopts what runs and removes what nobody wants', async (t) => {
  const world = new KubeletWorld(t);
  const first = await world.start();
  await world.createPod('web');
  await world.createPod('orphan');
  await world.createPod('crashed');
  const before = await world.until('web', isReady);
  await world.until('orphan', isReady);
  const crashed = await world.until('crashed', isReady);
  assert.equal(first.list().length, 3);
  await world.stop();
  await world.client.resource(pods, 'default').delete('orphan');
  world.runtime.fail(crashed.metadata.uid, 'app', 5);
  const writes = world.statusWrites('web').length;
  const second = await world.start();
  await eventually(() => world.machine.pods().length === 2);
  const again = await world.until('crashed', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1);
  assert.equal(again.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 5);
  assert.equal(second.find('default', 'web')?.container('app')?.attempt, 0);
  assert.deepEqual(world.pod('web')?.status, before.status);
  assert.equal(world.statusWrites('web').length, writes);
});

test('after the machine was restarted the pods run again and say why', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web');
  await world.createPod('once', { restartPolicy: 'Never' });
  const { metadata } = await world.until('web', isReady);
  const once = await world.until('once', isReady);
  await world.stop();
  for (const { uid } of [metadata, once.metadata]) world.machine.removePod(uid);
  await world.start();
  const { status } = await world.until(
    'web',
    (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  const last = status?.containerStatuses?.[0]?.lastState?.terminated;
  assert.deepEqual([last?.exitCode, last?.reason], [137, 'ContainerStatusUnknown']);
  assert.equal(
    (await world.until('once', (pod) => pod.status?.phase === 'Failed')).status?.podIP,
    once.status?.podIP,
  );
});

test('a status that the API does not take yet is written once it does', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  let refused = 0;
  world.api.intercept = ({ method, path }) => {
    if (method !== 'PATCH' || !path.includes('/pods/') || refused === 3) return;
    refused++;
    throw new StatusError(503, 'ServiceUnavailable', 'not now');
  };
  await world.createPod('web');
  await world.until('web', isReady, 100);
  assert.equal(refused, 3);
});

test('a pod that takes longer than its deadline is stopped and failed', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('job', { activeDeadlineSeconds: 60 });
  await world.until('job', isReady);
  world.clock.advance(59_000);
  assert.equal(world.machine.running().length, 1);
  const { status } = await world.until('job', (pod) => pod.status?.phase === 'Failed', 500);
  assert.equal(status?.reason, 'DeadlineExceeded');
  assert.equal(world.machine.running().length, 0);
});

test('health that only the runtime knows, and annotations that change it, reach the status', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web', {}, { 'never-ready': 'true' });
  await world.until('web', ({ status }) => status?.phase === 'Running');
  assert.equal(isReady(world.pod('web') ?? assert.fail()), false);
  const annotations = { 'simulated.relevo.dev/never-ready': 'false' };
  await world.client.resource(pods, 'default').patch('web', { metadata: { annotations } });
  await world.until('web', isReady);
});

test('a kubelet closes at once, though a pod is being stopped and the API does not take a status', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('stubborn', {}, { 'stop-after': '1h' });
  await world.until('stubborn', isReady);
  await world.markDeleted('stubborn', 3_600);
  await eventually(() => world.events('stubborn').length === 4);
  let refused = 0;
  world.api.intercept = ({ method }) => {
    if (method !== 'PATCH') return;
    refused++;
    throw new StatusError(503, 'ServiceUnavailable', 'not now');
  };
  await world.createPod('web');
  await eventually(() => refused > 0);
  await world.stop();
  assert.equal(world.machine.running().length, 2);
});

test('a node that cannot enforce limits says so in an event', async (t) => {
  const world = new KubeletWorld(t);
  const message = 'memory is watched every second; start the cluster as root';
  const limits = { type: 'LimitsEnforced', status: 'False', reason: 'NoControlGroups', message };
  const facts = {
    addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    info: { architecture: 'amd64', operatingSystem: 'linux' },
    conditions: [limits],
  };
  await world.start({ facts });
  await eventually(() => world.events(nodeName).includes(`LimitsNotEnforced: ${message}`));
});
