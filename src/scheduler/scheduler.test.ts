import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { makeNode, makePod, type NodeShape, type PodShape } from '../../tests/support/objects.ts';
import type { V1Node, V1Pod } from '../api/generated/types.ts';
import { StatusError } from '../api/status.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { EventRecorder } from '../client/event-recorder.ts';
import { nodes, pods } from '../client/resources.ts';
import { SharedInformers } from '../client/shared-informers.ts';
import type { TransportRequest } from '../client/transport.ts';
import { Scheduler } from './scheduler.ts';

const clock = systemClock;
const logger = silentLogger;
const random = () => 0.5;

let api: FakeApi;
let client: Client;
let informers: SharedInformers;
let recorder: EventRecorder;
let scheduler: Scheduler;

function isBinding(request: TransportRequest): boolean {
  return request.method === 'POST' && request.path.endsWith('/binding');
}

/** The fake API has no binding subresource: this is what it does. */
async function carryOutBinding(request: TransportRequest): Promise<void> {
  const { metadata, target } = request.body as { metadata: V1Pod['metadata']; target: { name: string } };
  const pod = api.find('pods', `${metadata.namespace}/${metadata.name}`);
  if (!pod || pod.metadata.uid !== metadata.uid) throw new StatusError(404, 'NotFound', 'no such pod');
  if (pod.spec.nodeName) throw new StatusError(409, 'Conflict', 'already bound');
  const spec = { ...pod.spec, nodeName: target.name };
  await api.request({ method: 'PUT', path: request.path.replace('/binding', ''), body: { ...pod, spec } });
}

beforeEach(() => {
  api = new FakeApi();
  api.intercept = async (request) => {
    if (isBinding(request)) await carryOutBinding(request);
  };
  client = new Client(api);
  informers = new SharedInformers({ client, clock, random, logger });
  recorder = new EventRecorder({ client, clock, logger, component: 'test' });
  scheduler = new Scheduler({ client, informers, recorder, clock, logger, random });
});

afterEach(async () => {
  await scheduler.close();
  await recorder.close();
  await informers.close();
  await api.close();
});

function start(): void {
  scheduler.start();
  informers.start();
}

function addNode(name: string, shape?: NodeShape): Promise<V1Node> {
  return client.resource(nodes).create(makeNode(name, shape));
}

async function addPod(name: string, shape?: PodShape): Promise<void> {
  const pod = makePod(name, shape);
  const created = await client.resource(pods).create(pod);
  if (pod.status) await client.resource(pods).updateStatus({ ...created, status: pod.status });
}

function nodeOf(name: string): string | undefined {
  return api.find('pods', `default/${name}`)?.spec.nodeName;
}

test('pods are bound, evenly, and an event says so', async () => {
  for (const name of ['node-1', 'node-2', 'node-3']) await addNode(name);
  start();
  for (let index = 0; index < 9; index++) await addPod(`web-${index}`, { owner: 'rs' });
  const placed = () => api.all('pods').map((pod) => pod.spec.nodeName);
  await eventually(() => placed().every(Boolean));
  assert.deepEqual(placed().sort(), [
    ...['node-1', 'node-1', 'node-1'],
    ...['node-2', 'node-2', 'node-2'],
    ...['node-3', 'node-3', 'node-3'],
  ]);
  const event = await eventually(() => api.all('events').find(({ reason }) => reason === 'Scheduled'));
  assert.match(event.message, /^Successfully assigned default\/web-\d to node-\d$/);
});

test('an unschedulable pod is told why, once, and is placed when a node comes', async () => {
  start();
  await addPod('web');
  const why = () => api.find('pods', 'default/web')?.status?.conditions?.[0];
  const condition = await eventually(why);
  assert.equal(condition.reason, 'Unschedulable');
  assert.equal(condition.message, 'no nodes available to schedule pods');
  await addNode('node-1', { spec: { unschedulable: true } });
  await eventually(() => why().message.includes('1 node(s) were unschedulable'));
  const cordoned = api.find('nodes', 'node-1') as unknown as V1Node;
  await client.resource(nodes).update({ ...cordoned, spec: {} });
  await eventually(() => nodeOf('web') === 'node-1');
  const writes = api.requests.filter(({ path }) => path.endsWith('/web/status'));
  assert.equal(writes.length, 2);
});

test('a pod that leaves makes room for one that waits', async () => {
  await addNode('node-1', { allocatable: { pods: '1' } });
  start();
  await addPod('a');
  await eventually(() => nodeOf('a'));
  await addPod('b');
  await eventually(() => api.find('pods', 'default/b')?.status?.conditions);
  await client.resource(pods, 'default').delete('a');
  await eventually(() => nodeOf('b') === 'node-1');
});

test('with a watch that tells nothing no room is given away twice', async () => {
  await addNode('node-1', { allocatable: { pods: '3' } });
  for (let index = 0; index < 5; index++) await addPod(`p${index}`);
  start();
  await informers.synced();
  api.hold();
  await eventually(() => api.all('pods').filter((pod) => pod.spec.nodeName).length === 3);
  await eventually(() => api.all('pods').filter((pod) => pod.status?.conditions).length === 2);
  assert.equal(api.requests.filter(isBinding).length, 3);
  api.release();
});

test('a refused binding is tried again after a pause', async () => {
  let refusals = 0;
  api.intercept = async (request) => {
    if (!isBinding(request)) return;
    if (refusals++ < 2) throw new StatusError(500, 'InternalError', 'not now');
    await carryOutBinding(request);
  };
  await addNode('node-1');
  await addPod('web');
  start();
  await eventually(() => nodeOf('web') === 'node-1');
  assert.equal(refusals, 3);
});

test('a binding whose answer was lost is looked up and not repeated', async () => {
  api.intercept = async (request) => {
    if (!isBinding(request)) return;
    await carryOutBinding(request);
    throw new Error('connection reset');
  };
  await addNode('node-1', { allocatable: { pods: '1' } });
  start();
  await addPod('web');
  await eventually(() => nodeOf('web') === 'node-1');
  await eventually(() => api.all('events').some(({ reason }) => reason === 'Scheduled'));
  assert.equal(api.requests.filter(isBinding).length, 1);
});

test('pods of another scheduler, gated pods and terminating pods are left alone', async () => {
  await addNode('node-1');
  start();
  await addPod('other', { schedulerName: 'mine' });
  await addPod('gated', { schedulingGates: [{ name: 'g' }] });
  await addPod('leaving', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  await addPod('plain');
  await eventually(() => nodeOf('plain'));
  assert.deepEqual(['other', 'gated', 'leaving'].map(nodeOf), [undefined, undefined, undefined]);
  const gated = await eventually(() => api.find('pods', 'default/gated')?.status?.conditions?.[0]);
  assert.equal(gated.reason, 'SchedulingGated');
});
