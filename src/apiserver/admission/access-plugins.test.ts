// The plugins whose rules are in auth/ and tested there: that they are asked, with the right words.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AdmittedWorld, podBody } from '../../../tests/support/admitted-world.ts';
import { bind, user } from '../../../tests/support/auth-objects.ts';

const kubelet = user('system:node:n1', 'system:nodes', 'system:authenticated');
const bob = user('bob', 'system:authenticated');
const merge = 'application/merge-patch+json';
let world: AdmittedWorld;

beforeEach(async () => {
  world = await AdmittedWorld.create();
});

test('a kubelet registers its own node and no other', async () => {
  const register = (name: string) =>
    world.ask('POST', '/api/v1/nodes', { body: { metadata: { name } }, user: kubelet });
  assert.equal((await register('n1')).status, 201);
  const { status, body } = await register('n2');
  assert.equal(status, 403);
  assert.match(body.message, /node "n1" is not allowed to modify node "n2"/);
});

test('a kubelet writes the status of its own pods only', async () => {
  const pods = '/api/v1/namespaces/default/pods';
  await world.must('POST', pods, podBody('own', { nodeName: 'n1' }));
  await world.must('POST', pods, podBody('foreign', { nodeName: 'n2' }));
  const report = async (name: string) => {
    const body = { status: { phase: 'Running' } };
    return (await world.ask('PATCH', `${pods}/${name}/status`, { body, contentType: merge, user: kubelet }))
      .status;
  };
  assert.equal(await report('own'), 200);
  assert.equal(await report('foreign'), 403);
  const deleted = await world.ask('DELETE', `${pods}/foreign`, { user: kubelet });
  assert.equal(deleted.status, 403);
});

test('nobody makes or changes a role that holds more than they do', async () => {
  await bind(world.store, 'default/bob', 'ClusterRole/admin', { kind: 'User', name: 'bob' });
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles';
  const rules = (resource: string) => [{ apiGroups: [''], resources: [resource], verbs: ['create'] }];
  const create = { metadata: { name: 'own' }, rules: rules('pods') };
  assert.equal((await world.ask('POST', roles, { body: create, user: bob })).status, 201);
  const patch = { body: { rules: rules('nodes') }, contentType: merge, user: bob };
  const { status, body } = await world.ask('PATCH', `${roles}/own`, patch);
  assert.equal(status, 403);
  assert.match(body.message, /is attempting to grant RBAC permissions not currently held/);
});

test('nobody binds a role that holds more than they do', async () => {
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }];
  const body = { metadata: { name: 'me' }, roleRef, subjects };
  assert.equal((await world.ask('POST', bindings, { body, user: bob })).status, 403);
  await world.must('POST', bindings, body);
});

test('a Secret for the token of an account is filled in, once the account exists', async () => {
  const secrets = '/api/v1/namespaces/default/secrets';
  const type = 'kubernetes.io/service-account-token';
  const annotations = { 'kubernetes.io/service-account.name': 'app' };
  const secret = (name: string) => ({ metadata: { name, annotations }, type });
  assert.equal((await world.must('POST', secrets, secret('early'))).data, undefined);
  await world.must('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'app' } });

  const { data } = await world.must('POST', secrets, secret('late'));
  assert.deepEqual(Object.keys(data).sort(), ['ca.crt', 'namespace', 'token']);
  assert.equal(Buffer.from(data['ca.crt'], 'base64').toString(), 'CERTIFICATE');
  const touched = await world.must('PATCH', `${secrets}/early`, { metadata: { labels: { a: 'b' } } }, merge);
  assert.ok(touched.data.token);
});
