import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RouteWorld, routeWorld } from '../../../tests/support/route-world.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import type { Stored } from '../../store/store.ts';

const pods = '/api/v1/namespaces/a/pods';
const budgets = '/apis/policy/v1/namespaces/a/poddisruptionbudgets';

interface PodState {
  phase?: string;
  ready?: boolean;
}

async function putPod(at: RouteWorld, name: string, state: PodState = {}) {
  const containers = [{ name: 'c', image: 'i' }];
  const spec = { containers, nodeName: 'n1' };
  await at.world.must('POST', pods, { metadata: { name, labels: { app: 'web' } }, spec });
  await setState(at, name, state);
}

async function setState({ world }: RouteWorld, name: string, { phase = 'Running', ready = true }: PodState) {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  const patch = { status: { phase, conditions } };
  await world.must('PATCH', `${pods}/${name}/status`, patch, 'application/merge-patch+json');
}

async function putBudget({ world }: RouteWorld, name: string, status: object, spec: object = {}) {
  const selector = { matchLabels: { app: 'web' } };
  await world.must('POST', budgets, { metadata: { name }, spec: { minAvailable: 1, selector, ...spec } });
  const full = {
    ...{
      observedGeneration: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
      disruptionsAllowed: 1,
    },
    ...status,
  };
  const patch = { status: full };
  await world.must('PATCH', `${budgets}/${name}/status`, patch, 'application/merge-patch+json');
}

function evict({ world }: RouteWorld, name: string, body: object = {}, query = '') {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, ...body };
  return world.ask('POST', `${pods}/${name}/eviction${query}`, { body: eviction });
}

const podNow = ({ world }: RouteWorld, name: string) => world.ask('GET', `${pods}/${name}`);
const budgetNow = ({ world }: RouteWorld, name: string) => world.must('GET', `${budgets}/${name}`);

test('a pod without a budget is evicted, and says why it goes', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  const answer = await evict(at, 'p');
  assert.deepEqual([answer.status, answer.body.status, answer.body.code], [201, 'Success', 201]);
  const { body } = await podNow(at, 'p');
  assert.ok(body.metadata.deletionTimestamp);
  const { type, status, reason, message } = body.status.conditions[1];
  assert.deepEqual(
    [type, status, reason, message],
    ['DisruptionTarget', 'True', 'EvictionByEvictionAPI', 'Eviction API: evicting'],
  );
});

test('the body of policy/v1beta1 and its deleteOptions are understood', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  const body = { apiVersion: 'policy/v1beta1', deleteOptions: { gracePeriodSeconds: 0 } };
  assert.equal((await evict(at, 'p', body)).status, 201);
  assert.equal((await podNow(at, 'p')).status, 404);
});

test('an allowed eviction is booked in the budget, and the next is refused', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  await putPod(at, 'q');
  await putBudget(at, 'b', {});
  const answers = await Promise.all([evict(at, 'p'), evict(at, 'q')]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 429]);
  const { status } = await budgetNow(at, 'b');
  assert.equal(status.disruptionsAllowed, 0);
  assert.deepEqual(Object.values(status.disruptedPods), ['2030-01-01T00:00:00Z']);
  assert.deepEqual([status.conditions[0].status, status.conditions[0].reason], ['False', 'InsufficientPods']);
  const refused = answers.find((answer) => answer.status === 429)?.body;
  assert.equal(refused.message, "Cannot evict pod as it would violate the pod's disruption budget.");
  assert.equal(refused.reason, 'TooManyRequests');
  assert.deepEqual(refused.details.causes, [
    {
      reason: 'DisruptionBudget',
      message: 'The disruption budget b needs 1 healthy pods and has 2 currently',
    },
  ]);
});

test('a budget that its controller has not looked at yet asks the client to come again', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  await putBudget(at, 'b', { observedGeneration: 0 });
  const raw = await at.world.raw('POST', `${pods}/p/eviction`, { body: {} });
  assert.ok(raw.kind === 'payload');
  assert.deepEqual([raw.status, raw.headers?.['retry-after']], [429, '10']);
  assert.match((await evict(at, 'p')).body.details.causes[0].message, /b is still being processed/);
});

test('a budget that could not be worked out says so', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  const failed = { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no scale' };
  const conditions = [{ ...failed, lastTransitionTime: '2030-01-01T00:00:00Z' }];
  await putBudget(at, 'b', { disruptionsAllowed: 0, conditions });
  const [cause] = (await evict(at, 'p')).body.details.causes;
  assert.match(cause.message, /failed sync: no scale/);
});

test('more than one budget is a failure of the server', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  await putBudget(at, 'b', {});
  await putBudget(at, 'c', {});
  const answer = await evict(at, 'p');
  assert.equal(answer.status, 500);
  assert.match(answer.body.message, /^This pod has more than one PodDisruptionBudget/);
  assert.equal((await podNow(at, 'p')).body.metadata.deletionTimestamp, undefined);
});

for (const phase of ['Pending', 'Succeeded', 'Failed']) {
  test(`a ${phase} pod needs no budget`, async () => {
    const at = routeWorld();
    await putPod(at, 'p', { phase, ready: false });
    await putBudget(at, 'b', { disruptionsAllowed: 0 });
    assert.equal((await evict(at, 'p')).status, 201);
    assert.equal((await budgetNow(at, 'b')).status.disruptedPods, undefined);
  });
}

const unhealthy: [policy: string | undefined, healthy: number, code: number][] = [
  [undefined, 1, 201],
  [undefined, 0, 429],
  ['IfHealthyBudget', 1, 201],
  ['IfHealthyBudget', 0, 429],
  ['AlwaysAllow', 0, 201],
];

for (const [policy, currentHealthy, code] of unhealthy) {
  test(`an unready pod under ${policy ?? 'no policy'} with ${currentHealthy} healthy gets ${code}`, async () => {
    const at = routeWorld();
    await putPod(at, 'p', { ready: false });
    const spec = policy ? { unhealthyPodEvictionPolicy: policy } : {};
    await putBudget(at, 'b', { disruptionsAllowed: 0, currentHealthy }, spec);
    assert.equal((await evict(at, 'p')).status, code);
    assert.equal((await budgetNow(at, 'b')).status.disruptedPods, undefined);
  });
}

test('a dry run asks the budget and changes nothing', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  await putBudget(at, 'b', {});
  assert.equal((await evict(at, 'p', { deleteOptions: { dryRun: ['All'] } })).status, 201);
  assert.equal((await evict(at, 'p', {}, '?dryRun=All')).status, 201);
  assert.equal((await podNow(at, 'p')).body.status.conditions.length, 1);
  const { status } = await budgetNow(at, 'b');
  assert.deepEqual([status.disruptionsAllowed, status.disruptedPods], [1, undefined]);
});

test('preconditions of the body hold, also for the version that the eviction itself moves', async () => {
  const at = routeWorld();
  await putPod(at, 'p');
  const { uid, resourceVersion } = (await podNow(at, 'p')).body.metadata;
  const asked = (preconditions: object) => evict(at, 'p', { deleteOptions: { preconditions } });
  assert.equal((await asked({ uid: 'other' })).status, 409);
  assert.equal((await asked({ resourceVersion: '1' })).status, 409);
  assert.equal((await podNow(at, 'p')).body.metadata.resourceVersion, resourceVersion);
  assert.equal((await asked({ uid, resourceVersion })).status, 201);
});

/** Shows an old state of one object once, as to a reader that was a moment too early. */
class StaleStore extends MemoryStore {
  stale: Stored | undefined;

  override get(key: string): Stored | undefined {
    const { stale } = this;
    if (stale?.key !== key) return super.get(key);
    this.stale = undefined;
    return stale;
  }
}

test('a pod that starts while it is evicted is put to its budget after all', async () => {
  const store = new StaleStore();
  const at = routeWorld({ store });
  await putPod(at, 'p', { phase: 'Pending', ready: false });
  const early = store.get('pods/a/p');
  await putBudget(at, 'b', { disruptionsAllowed: 0 });
  await setState(at, 'p', {});
  store.stale = early;
  assert.equal((await evict(at, 'p')).status, 429);
  assert.equal((await podNow(at, 'p')).body.metadata.deletionTimestamp, undefined);
});

test('a pod that becomes ready while it is evicted stays, and the client asks again', async () => {
  const store = new StaleStore();
  const at = routeWorld({ store });
  await putPod(at, 'p', { ready: false });
  const early = store.get('pods/a/p');
  await putBudget(at, 'b', {});
  await setState(at, 'p', {});
  store.stale = early;
  const answer = await evict(at, 'p');
  assert.equal(answer.status, 429);
  assert.equal(answer.body.details.retryAfterSeconds, 10);
  assert.equal((await podNow(at, 'p')).body.metadata.deletionTimestamp, undefined);
});

test('of many evictions at once as many pass as the budget allows', async () => {
  const at = routeWorld();
  const names = Array.from({ length: 8 }, (_, index) => `p${index}`);
  for (const name of names) await putPod(at, name);
  await putBudget(at, 'b', { disruptionsAllowed: 3 });
  const answers = await Promise.all(names.map((name) => evict(at, name)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 3);
  assert.equal(answers.filter(({ status }) => status === 429).length, 5);
  assert.equal(Object.keys((await budgetNow(at, 'b')).status.disruptedPods).length, 3);
});

test('what is not there, or named twice in two ways, is refused', async () => {
  const at = routeWorld();
  assert.equal((await evict(at, 'p')).status, 404);
  assert.equal((await evict(at, 'p', { metadata: { name: 'q' } })).status, 400);
  assert.equal((await at.world.ask('DELETE', `${pods}/p/eviction`)).status, 405);
});
