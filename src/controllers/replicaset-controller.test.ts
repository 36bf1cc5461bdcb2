import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ControllerHarness } from '../../tests/support/controller-harness.ts';
import { eventually } from '../../tests/support/eventually.ts';
import type { V1ReplicaSet } from '../api/generated/types.ts';
import { forbiddenError } from '../api/status.ts';
import { pods, replicaSets } from '../client/resources.ts';
import { createReplicaSetController } from './replicaset-controller.ts';

const webSet = ['apps/replicasets', 'shop/web'] as const;
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };

function setDraft(replicas: number, more: Partial<V1ReplicaSet['spec']> = {}) {
  return {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template, ...more },
  };
}

async function setUp(t: TestContext) {
  const world = new ControllerHarness(t);
  await world.start(createReplicaSetController);
  const sets = world.client.resource(replicaSets, 'shop');
  const shopPods = world.client.resource(pods, 'shop');
  const status = () => world.api.find('apps/replicasets', 'shop/web')?.status;
  return { world, sets, pods: shopPods, status, count: () => world.api.all('pods').length };
}

test('creates what is missing, reports it, and replaces what dies', async (t) => {
  const { world, sets, pods, status, count } = await setUp(t);
  const set = await sets.create(setDraft(3));
  await eventually(() => status()?.availableReplicas === 3);
  assert.deepEqual(status(), {
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  const pod = world.api.all('pods')[0];
  assert.match(String(pod?.metadata.name), /^web-/);
  assert.deepEqual(pod?.metadata.ownerReferences, [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web',
      uid: set.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  await pods.delete(String(pod?.metadata.name));
  await eventually(() => count() === 3 && status()?.readyReplicas === 3);
  assert.equal((await world.messages('SuccessfulCreate')).length, 4);
  assert.match(String((await world.messages('SuccessfulCreate'))[0]), /^Created pod: web-/);
});

test('a slow informer leads to no double creation and no double deletion', async (t) => {
  const { world, sets, status, count } = await setUp(t);
  await sets.create(setDraft(4));
  await eventually(() => status()?.readyReplicas === 4);
  const seen = world.api.requests.length;
  const asked = (method: string) =>
    world.api.requests.slice(seen).filter((each) => each.method === method && each.path.includes('/pods'));
  const resizeWhileBlind = async (replicas: number) => {
    world.api.hold('pods');
    await sets.patch('web', { spec: { replicas } });
    await eventually(() => count() === replicas);
    // More reconciles, none of which sees the pods that were made or deleted.
    await sets.patch('web', { metadata: { labels: { resized: String(replicas) } } });
    await sets.patch('web', { spec: { minReadySeconds: replicas } });
    await eventually(() => status()?.observedGeneration === world.api.find(...webSet)?.metadata.generation);
    world.api.release();
    await eventually(() => status()?.replicas === replicas);
  };
  await resizeWhileBlind(6);
  assert.equal(asked('POST').length, 2);
  await resizeWhileBlind(2);
  assert.equal(asked('DELETE').length, 4);
  assert.equal(count(), 2);
});

test('an orphan that matches is adopted, a pod that no longer matches is released and replaced', async (t) => {
  const { world, sets, pods, status, count } = await setUp(t);
  await pods.create({ metadata: { name: 'orphan', labels: { app: 'web' } }, spec: template.spec });
  const set = await sets.create(setDraft(2));
  await eventually(() => status()?.readyReplicas === 2);
  assert.equal(count(), 2);
  const owner = () => world.api.find('pods', 'shop/orphan')?.metadata.ownerReferences?.[0]?.uid;
  assert.equal(owner(), set.metadata.uid);
  await pods.patch('orphan', { metadata: { labels: { app: 'debug' } } });
  await eventually(() => owner() === undefined && count() === 3 && status()?.replicas === 2);
});

test('when creating is refused it asks once, says why, and recovers', async (t) => {
  const { world, sets, status, count } = await setUp(t);
  let refuse = true;
  let asked = 0;
  world.api.intercept = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/pods') || !refuse) return;
    asked++;
    throw forbiddenError({ group: '', resource: 'pods' }, 'web-x', 'exceeded quota');
  };
  await sets.create(setDraft(50));
  const failure = () => status()?.conditions?.[0];
  await eventually(() => failure()?.type === 'ReplicaFailure');
  assert.equal(failure().reason, 'FailedCreate');
  assert.match(failure().message, /exceeded quota/);
  assert.ok(asked < 10, `asked ${asked} times`);
  refuse = false;
  await eventually(() => count() === 50 && status()?.conditions === undefined);
  assert.match(String((await world.messages('FailedCreate'))[0]), /^Error creating: .*exceeded quota/);
});

test('a pod is available only after minReadySeconds', async (t) => {
  const { world, sets, status } = await setUp(t);
  await sets.create(setDraft(1, { minReadySeconds: 10 }));
  await eventually(() => status()?.readyReplicas === 1);
  assert.equal(status()?.availableReplicas, 0);
  world.jump(10_000);
  await sets.patch('web', { metadata: { annotations: { touched: 'yes' } } });
  await eventually(() => status()?.availableReplicas === 1);
});

test('finished and terminating pods do not count', async (t) => {
  const { world, sets, pods, status, count } = await setUp(t);
  await sets.create(setDraft(2));
  await eventually(() => status()?.readyReplicas === 2);
  const [first] = world.api.all('pods');
  await pods.patch(String(first?.metadata.name), { status: { phase: 'Failed' } }, { subresource: 'status' });
  await eventually(() => count() === 3 && status()?.readyReplicas === 2);
});

test('of a deleted set nothing is created any more', async (t) => {
  const { sets, pods, status, count } = await setUp(t);
  await sets.create(setDraft(2));
  await eventually(() => status()?.readyReplicas === 2);
  await sets.delete('web');
  await pods.deleteCollection();
  await sets.create({ ...setDraft(1), metadata: { name: 'other', namespace: 'shop' } });
  await eventually(() => count() === 1);
});

test('five hundred replicas and more come in several bursts', async (t) => {
  const { sets, status, count } = await setUp(t);
  await sets.create(setDraft(620));
  await eventually(() => status()?.readyReplicas === 620, 20_000);
  assert.equal(count(), 620);
});
