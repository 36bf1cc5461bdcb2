import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AdmittedWorld, deploymentBody, podBody } from '../../../tests/support/admitted-world.ts';
import { bind, putRole, user } from '../../../tests/support/auth-objects.ts';

const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const bob = user('bob', 'system:authenticated');
const merge = 'application/merge-patch+json';
const volumes = [{ name: 'data', hostPath: { path: '/srv' } }];
const hostImage = { containers: [{ name: 'app', image: 'host' }] };
let world: AdmittedWorld;

beforeEach(async () => {
  world = await AdmittedWorld.create();
});

function byBob(method: string, path: string, body: unknown, contentType?: string) {
  return world.ask(method, path, { body, contentType, user: bob });
}

test('a pod with a hostPath volume needs an administrator, and the refusal says what to do', async () => {
  const { status, body } = await byBob('POST', pods, podBody('web', { volumes }));
  assert.equal(status, 403);
  assert.equal(
    body.message,
    'pods "web" is forbidden: volume "data" is a hostPath ("/srv") and needs an administrator: use an emptyDir, configMap or secret volume, or have an administrator bind user "bob" to a Role with apiGroups [relevo.dev], resources [hostaccess], verbs [use] in namespace "default"',
  );
});

for (const image of ['host', 'host:latest', 'library/host', 'docker.io/library/host:1', 'host@sha256:00'])
  test(`the image ${image} is the host’s`, async () => {
    const initContainers = [{ name: 'setup', image }];
    const { status, body } = await byBob('POST', pods, podBody('web', { initContainers }));
    assert.equal(status, 403);
    assert.match(body.message, /container "setup" has the image "host"/);
  });

for (const image of ['hosts', 'my/host', 'example.com/host:1', 'app:host'])
  test(`the image ${image} is not the host’s`, async () => {
    const { status } = await byBob('POST', pods, podBody('web', { containers: [{ name: 'a', image }] }));
    assert.equal(status, 201);
  });

test('templates are checked where they are written, in every version', async () => {
  const body = deploymentBody('web', hostImage);
  assert.equal((await byBob('POST', deployments, body)).status, 403);
  const { spec } = body as { spec: object };
  const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' }, spec };
  const replicaSets = '/apis/apps/v1/namespaces/default/replicasets';
  assert.equal((await byBob('POST', replicaSets, replicaSet)).status, 403);
  const legacy = { ...body, apiVersion: 'extensions/v1beta1' };
  const old = '/apis/extensions/v1beta1/namespaces/default/deployments';
  assert.equal((await byBob('POST', old, legacy)).status, 403);
});

test('an update may not bring it in', async () => {
  await byBob('POST', deployments, deploymentBody('web'));
  const patch = { spec: { template: { spec: hostImage } } };
  assert.equal((await byBob('PATCH', `${deployments}/web`, patch, merge)).status, 403);
  await byBob('POST', pods, podBody('web'));
  const images = { spec: { containers: [{ name: 'app', image: 'host:1' }] } };
  const { status } = await byBob('PATCH', `${pods}/web`, images, 'application/strategic-merge-patch+json');
  assert.equal(status, 403);
});

test('an update that leaves the pod as it was is anybody’s, one that changes it is not', async () => {
  await world.must('POST', deployments, deploymentBody('web', hostImage));
  const scale = { spec: { replicas: 3 } };
  assert.equal((await byBob('PATCH', `${deployments}/web`, scale, merge)).status, 200);
  const containers = [{ ...hostImage.containers[0], command: ['rm'] }];
  const change = { spec: { template: { spec: { containers } } } };
  assert.equal((await byBob('PATCH', `${deployments}/web`, change, merge)).status, 403);
});

test('members of system:masters may, and so the controllers', async () => {
  await world.must('POST', pods, podBody('web', { volumes }));
});

test('a role may allow it, in its namespace', async () => {
  await putRole(world.store, 'default/host', [
    { verbs: ['use'], apiGroups: ['relevo.dev'], resources: ['hostaccess'] },
  ]);
  await bind(world.store, 'default/host', 'Role/host', { kind: 'User', name: 'bob' });
  assert.equal((await byBob('POST', pods, podBody('web', { volumes }))).status, 201);
  const elsewhere = '/api/v1/namespaces/kube-public/pods';
  assert.equal((await byBob('POST', elsewhere, podBody('web', { volumes }))).status, 403);
});

for (const [role, status] of [
  ['cluster-admin', 201],
  ['admin', 403],
  ['edit', 403],
] as const)
  test(`the role ${role} ${status === 201 ? 'allows' : 'does not allow'} it`, async () => {
    await bind(world.store, 'bob', `ClusterRole/${role}`, { kind: 'User', name: 'bob' });
    assert.equal((await byBob('POST', pods, podBody('web', hostImage))).status, status);
  });
