import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ControllerHarness } from '../../tests/support/controller-harness.ts';
import { eventually } from '../../tests/support/eventually.ts';
import type { V1Deployment, V1DeploymentCondition } from '../api/generated/types.ts';
import type { AnyObject } from '../api/object.ts';
import { deployments, replicaSets } from '../client/resources.ts';
import { createDeploymentController } from './deployment-controller.ts';
import { createReplicaSetController } from './replicaset-controller.ts';

function template(image: string) {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } };
}

function draft(replicas: number, more: Partial<V1Deployment['spec']> = {}) {
  return {
    metadata: { name: 'web', namespace: 'shop', annotations: { 'kubernetes.io/change-cause': 'first' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: template('v1'),
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...more,
    },
  };
}

async function setUp(t: TestContext) {
  const world = new ControllerHarness(t);
  await world.start(createDeploymentController, createReplicaSetController);
  const web = world.client.resource(deployments, 'shop');
  const live = () => world.api.find('apps/deployments', 'shop/web') as unknown as V1Deployment;
  const sets = () => world.api.all('apps/replicasets');
  const setOf = (image: string) =>
    sets().find(({ spec }) => spec.template.spec.containers[0].image === image) as AnyObject;
  const condition = (type: string): V1DeploymentCondition | undefined =>
    live().status?.conditions?.find((each) => each.type === type);
  const image = (text: string) => web.patch('web', { spec: { template: template(text) } });
  /** What `kubectl rollout status` waits for. */
  const rolledOut = () => {
    const { metadata, spec, status = {} } = live();
    const replicas = spec.replicas ?? 1;
    return (
      (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
      (status.updatedReplicas ?? 0) === replicas &&
      (status.replicas ?? 0) === replicas &&
      (status.availableReplicas ?? 0) === replicas
    );
  };
  return { world, web, live, sets, setOf, condition, image, rolledOut };
}

const revision = (object: { metadata: { annotations?: Record<string, string> } }) =>
  object.metadata.annotations?.['deployment.kubernetes.io/revision'];

test('a new deployment becomes one ReplicaSet, available and complete', async (t) => {
  const { world, web, live, sets, condition, rolledOut } = await setUp(t);
  await web.create(draft(3));
  await eventually(() => rolledOut() && condition('Progressing')?.reason === 'NewReplicaSetAvailable');
  const [set] = sets();
  const hash = set?.metadata.labels?.['pod-template-hash'];
  assert.equal(set?.metadata.name, `web-${hash}`);
  assert.deepEqual(set?.spec.selector, { matchLabels: { app: 'web', 'pod-template-hash': hash } });
  assert.equal(world.api.all('pods')[0]?.metadata.labels?.['pod-template-hash'], hash);
  assert.deepEqual(set?.metadata.annotations, {
    'kubernetes.io/change-cause': 'first',
    'deployment.kubernetes.io/revision': '1',
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
  });
  assert.equal(revision(live()), '1');
  assert.equal(condition('Progressing')?.status, 'True');
  assert.equal(condition('Progressing')?.message, `ReplicaSet "web-${hash}" has successfully progressed.`);
  assert.equal(condition('Available')?.reason, 'MinimumReplicasAvailable');
  assert.equal(condition('Available')?.message, 'Deployment has minimum availability.');
  assert.deepEqual(await world.messages('ScalingReplicaSet'), [
    `Scaled up replica set web-${hash} from 0 to 3`,
  ]);
});

test('a rolling update never leaves its bounds and ends with the new revision', async (t) => {
  const { world, web, live, setOf, image, rolledOut } = await setUp(t);
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } };
  await web.create(draft(6, { strategy }));
  await eventually(rolledOut);
  let most = 0;
  let fewest = 6;
  world.context.informers.for(replicaSets).addHandler({
    updated: () => {
      const all = world.api.all('pods');
      most = Math.max(most, all.length);
      fewest = Math.min(fewest, all.filter(({ status }) => status?.phase === 'Running').length);
    },
  });
  await image('v2');
  await eventually(() => rolledOut() && setOf('v1').status.replicas === 0);
  assert.equal(setOf('v2').spec.replicas, 6);
  assert.equal(setOf('v1').spec.replicas, 0);
  assert.equal(revision(setOf('v2')), '2');
  assert.equal(revision(live()), '2');
  assert.ok(most > 6 && most <= 8, `at most ${most}`);
  assert.ok(fewest >= 5, `at least ${fewest}`);
});

test('undoing moves the old ReplicaSet to a new revision, and the history shows it', async (t) => {
  const { web, live, sets, setOf, image, rolledOut } = await setUp(t);
  await web.create(draft(2));
  await eventually(rolledOut);
  for (const text of ['v2', 'v1']) {
    await image(text);
    await eventually(() => rolledOut() && setOf(text).spec.replicas === 2);
  }
  await eventually(() => revision(live()) === '3');
  assert.equal(sets().length, 2);
  assert.equal(revision(setOf('v1')), '3');
  assert.equal(revision(setOf('v2')), '2');
  assert.equal(setOf('v1').metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
});

test('a rollout whose pods never become ready stops at its bounds and misses its deadline', async (t) => {
  const { world, web, setOf, image, condition, rolledOut } = await setUp(t);
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  await web.create(draft(3, { strategy, progressDeadlineSeconds: 60 }));
  await eventually(rolledOut);
  world.becomesReady = () => false;
  await image('v2');
  await eventually(() => setOf('v2')?.status?.replicas === 1);
  await eventually(() => condition('Progressing')?.reason === 'ReplicaSetUpdated');
  assert.equal(setOf('v1').status.availableReplicas, 3);
  world.jump(62_000);
  await web.patch('web', { metadata: { labels: { touched: 'yes' } } });
  await eventually(() => condition('Progressing')?.reason === 'ProgressDeadlineExceeded');
  assert.equal(condition('Progressing')?.status, 'False');
  assert.match(
    String(condition('Progressing')?.message),
    /^ReplicaSet "web-\w+" has timed out progressing\.$/,
  );
  assert.equal(condition('Available')?.status, 'True');
  world.becomesReady = () => true;
  world.tendAll();
  await eventually(() => rolledOut() && condition('Progressing')?.reason === 'NewReplicaSetAvailable');
});

test('Recreate starts nothing new before everything old is gone', async (t) => {
  const { world, web, image, setOf, rolledOut } = await setUp(t);
  await web.create(draft(3, { strategy: { type: 'Recreate' } }));
  await eventually(rolledOut);
  const together: number[] = [];
  world.context.informers.for(replicaSets).addHandler({
    updated: () => {
      const versions = world.api.all('pods').map(({ spec }) => spec.containers[0].image);
      together.push(new Set(versions).size);
    },
  });
  await image('v2');
  await eventually(() => rolledOut() && setOf('v2').spec.replicas === 3);
  assert.ok(Math.max(...together) <= 1);
});

test('paused: no rollout, but scaling works; resumed: the rollout goes on', async (t) => {
  const { web, sets, setOf, image, condition, rolledOut } = await setUp(t);
  await web.create(draft(2));
  await eventually(rolledOut);
  await web.patch('web', { spec: { paused: true } });
  await eventually(() => condition('Progressing')?.reason === 'DeploymentPaused');
  assert.equal(condition('Progressing')?.status, 'Unknown');
  await image('v2');
  await web.patch('web', { spec: { replicas: 4 } });
  await eventually(() => setOf('v1').status.availableReplicas === 4);
  assert.equal(sets().length, 1);
  await web.patch('web', { spec: { paused: false } });
  await eventually(() => rolledOut() && setOf('v2').spec.replicas === 4);
});

test('scaled in the middle of a rollout, old and new grow in proportion', async (t) => {
  const { world, web, setOf, image, rolledOut } = await setUp(t);
  const strategy = { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
  await web.create(draft(10, { strategy }));
  await eventually(rolledOut);
  world.becomesReady = () => false;
  await image('v2');
  await eventually(() => setOf('v2')?.spec.replicas === 5 && setOf('v1').spec.replicas === 8);
  await web.patch('web', { spec: { replicas: 15 } });
  await eventually(() => setOf('v2').spec.replicas === 7 && setOf('v1').spec.replicas === 11);
  world.becomesReady = () => true;
  world.tendAll();
  await eventually(rolledOut);
});

test('old revisions beyond the limit are removed, the newest are kept', async (t) => {
  const { web, sets, setOf, image, rolledOut } = await setUp(t);
  await web.create(draft(1, { revisionHistoryLimit: 2 }));
  await eventually(rolledOut);
  for (const text of ['v2', 'v3', 'v4', 'v5']) {
    await image(text);
    await eventually(() => rolledOut() && setOf(text)?.spec.replicas === 1);
  }
  await eventually(() => sets().length === 3);
  assert.deepEqual(sets().map(revision).sort(), ['3', '4', '5']);
});

test('a foreign ReplicaSet under the same name is dodged by counting collisions', async (t) => {
  const { world, web, live, sets, rolledOut } = await setUp(t);
  await web.create(draft(1));
  await eventually(rolledOut);
  const name = String(sets()[0]?.metadata.name);
  await web.delete('web');
  await world.client.resource(replicaSets, 'shop').delete(name);
  const foreign = { selector: { matchLabels: { app: 'other' } }, replicas: 0, template: template('x') };
  await world.client.resource(replicaSets, 'shop').create({ metadata: { name }, spec: foreign });
  await web.create(draft(1));
  await eventually(rolledOut);
  assert.ok((live().status?.collisionCount ?? 0) >= 1);
  assert.equal(sets().length, 2);
});

test('an orphaned ReplicaSet with the template is adopted instead of made anew', async (t) => {
  const { world, web, sets, rolledOut } = await setUp(t);
  await web.create(draft(2));
  await eventually(rolledOut);
  const name = String(sets()[0]?.metadata.name);
  await web.delete('web');
  await world.client.resource(replicaSets, 'shop').patch(name, { metadata: { ownerReferences: null } });
  const again = await web.create(draft(2));
  await eventually(() => sets()[0]?.metadata.ownerReferences?.[0]?.uid === again.metadata.uid);
  await eventually(rolledOut);
  assert.equal(sets().length, 1);
});

test('scaling up writes the status a few times, not once per pod', async (t) => {
  const { world, web, rolledOut } = await setUp(t);
  await web.create(draft(1));
  await eventually(rolledOut);
  const before = world.api.requests.length;
  await web.patch('web', { spec: { replicas: 1000 } });
  await eventually(rolledOut, 20_000);
  const writes = world.api.requests
    .slice(before)
    .filter(({ method, path }) => method === 'PUT' && path.endsWith('/deployments/web/status'));
  assert.ok(writes.length < 200, `${writes.length} writes`);
  await web.patch('web', { spec: { replicas: 0 } });
  await eventually(() => world.api.all('pods').length === 0 && rolledOut(), 20_000);
});
