import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RouteWorld, routeWorld } from '../../../tests/support/route-world.ts';
import { declareKind } from '../../api/kind.ts';

const deployments = '/apis/apps/v1/namespaces/a/deployments';
const scalePath = `${deployments}/web/scale`;
const merge = 'application/merge-patch+json';
const apply = 'application/apply-patch+yaml';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const selector = {
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['b', 'a'] }],
};

async function withDeployment(): Promise<RouteWorld['world']> {
  const { world } = routeWorld();
  await world.must('POST', deployments, {
    metadata: { name: 'web' },
    spec: { replicas: 2, selector, template },
  });
  return world;
}

test('a Scale says what is wanted, what there is, and how to find it', async () => {
  const world = await withDeployment();
  const { metadata } = await world.must('GET', `${deployments}/web`);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  assert.deepEqual(await world.must('GET', scalePath), {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: 2 },
    status: { replicas: 0, selector: 'app=web,tier notin (a,b)' },
  });
});

test('an update changes the replicas and nothing else, and the caller owns them', async () => {
  const world = await withDeployment();
  const scale = await world.must('GET', scalePath);
  const answer = await world.must('PUT', `${scalePath}?fieldManager=me`, { ...scale, spec: { replicas: 5 } });
  assert.equal(answer.spec.replicas, 5);
  assert.notEqual(answer.metadata.resourceVersion, scale.metadata.resourceVersion);
  const { metadata, spec } = await world.must('GET', `${deployments}/web`);
  assert.deepEqual([spec.replicas, metadata.generation], [5, 2]);
  const entry = metadata.managedFields?.find(({ manager }) => manager === 'me');
  assert.deepEqual(entry?.fieldsV1, { 'f:spec': { 'f:replicas': {} } });
  assert.deepEqual([entry?.operation, entry?.subresource, entry?.apiVersion], ['Update', 'scale', 'apps/v1']);
});

for (const [type, body] of [
  [merge, { spec: { replicas: 4 } }],
  ['application/strategic-merge-patch+json', { spec: { replicas: 4 } }],
  ['application/json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 4 }]],
] as const) {
  test(`a patch of type ${type} scales`, async () => {
    const world = await withDeployment();
    assert.equal((await world.must('PATCH', scalePath, body, type)).spec.replicas, 4);
    assert.equal((await world.must('GET', `${deployments}/web`)).spec.replicas, 4);
  });
}

test('an applied Scale owns the replicas, and another manager gets a conflict', async () => {
  const world = await withDeployment();
  const applied = (replicas: number, query: string, resourceVersion?: string) => {
    const body = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web', resourceVersion },
      spec: { replicas },
    };
    return world.ask('PATCH', `${scalePath}?${query}`, { body, contentType: apply });
  };
  assert.equal((await applied(3, 'fieldManager=one&force=true')).body.spec.replicas, 3);
  const refused = await applied(4, 'fieldManager=two');
  assert.equal(refused.status, 409);
  assert.match(refused.body.message, /\.spec\.replicas/);
  assert.equal((await applied(4, '')).status, 400);
  const old = await applied(4, 'fieldManager=one', '1');
  assert.deepEqual([old.status, /has been modified/.test(old.body.message)], [409, true]);
  const { managedFields } = (await world.must('GET', `${deployments}/web`)).metadata;
  const entry = managedFields?.find(({ manager }) => manager === 'one');
  assert.deepEqual([entry?.operation, entry?.subresource], ['Apply', 'scale']);
});

test('versions and identities that do not match are conflicts', async () => {
  const world = await withDeployment();
  const put = (metadata: object, replicas = 1) =>
    world.ask('PUT', scalePath, { body: { metadata: { name: 'web', ...metadata }, spec: { replicas } } });
  const old = await put({ resourceVersion: '99' });
  assert.deepEqual([old.status, /object has been modified/.test(old.body.message)], [409, true]);
  const other = await put({ uid: 'x' });
  assert.equal(other.status, 409);
  assert.match(other.body.message, /on deployments\/scale\.apps "web": Precondition failed: UID/);
  const negative = await put({}, -1);
  assert.equal(negative.status, 422);
  assert.equal(
    negative.body.message,
    'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
  assert.equal((await put({ name: 'x' })).status, 400);
  assert.equal((await world.ask('PUT', `${deployments}/none/scale`, { body: {} })).status, 404);
  assert.equal((await world.ask('DELETE', scalePath)).status, 405);
});

test('a dry run scales nothing', async () => {
  const world = await withDeployment();
  const answer = await world.must('PUT', `${scalePath}?dryRun=All`, { spec: { replicas: 9 } });
  assert.equal(answer.spec.replicas, 9);
  assert.equal((await world.must('GET', scalePath)).spec.replicas, 2);
});

test('ReplicaSets and the Deployments of old versions scale too', async () => {
  const world = await withDeployment();
  const old = '/apis/extensions/v1beta1/namespaces/a/deployments/web/scale';
  assert.equal((await world.must('PATCH', old, { spec: { replicas: 3 } }, merge)).spec.replicas, 3);
  const sets = '/apis/apps/v1/namespaces/a/replicasets';
  const own = { matchLabels: { app: 'web' } };
  await world.must('POST', sets, { metadata: { name: 'r' }, spec: { selector: own, template } });
  const scale = await world.must('PATCH', `${sets}/r/scale`, { spec: { replicas: 3 } }, merge);
  assert.deepEqual([scale.spec.replicas, scale.status.selector], [3, 'app=web']);
});

test('a custom kind is scaled where its definition says', async () => {
  const { world } = routeWorld();
  const scale = {
    specReplicas: '.spec.size.wanted',
    statusReplicas: '.status.size',
    labelSelector: '.status.selector',
  };
  const preserved = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
  const names = { group: 'x.io', version: 'v1', kind: 'Farm', plural: 'farms', namespaced: true };
  const kind = declareKind({ ...names, schema: preserved, subresources: { status: true, scale } });
  world.core.scheme.setCustom('x.io', 'farms', [kind]);
  const farms = '/apis/x.io/v1/namespaces/a/farms';
  await world.must('POST', farms, { metadata: { name: 'f' }, apiVersion: 'x.io/v1', kind: 'Farm' });
  const unsaid = await world.ask('GET', `${farms}/f/scale`);
  assert.equal(unsaid.status, 500);
  assert.match(unsaid.body.message, /the spec replicas field ".spec.size.wanted" does not exist/);
  await world.must('PUT', `${farms}/f/scale`, { spec: { replicas: 7 } });
  const status = { size: 6, selector: 'a=b' };
  await world.must('PATCH', `${farms}/f/status`, { status }, merge);
  const found = await world.must('GET', `${farms}/f/scale`);
  assert.deepEqual([found.spec, found.status], [{ replicas: 7 }, { replicas: 6, selector: 'a=b' }]);
  assert.equal((await world.must('GET', `${farms}/f`)).spec.size.wanted, 7);
  const strategic = 'application/strategic-merge-patch+json';
  const refused = await world.ask('PATCH', `${farms}/f/scale`, { body: {}, contentType: strategic });
  assert.equal(refused.status, 415);
});

test('a Scale has the columns of kubectl', async () => {
  const world = await withDeployment();
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const { body } = await world.ask('GET', scalePath, { accept });
  const names = body.columnDefinitions.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, ['Name', 'Desired', 'Available', 'Age']);
  assert.deepEqual(body.rows[0].cells.slice(0, 3), ['web', 2, 0]);
});

test('what cannot be scaled has no scale', async () => {
  const { world } = routeWorld();
  assert.equal((await world.ask('GET', '/api/v1/namespaces/a/configmaps/c/scale')).status, 404);
});
