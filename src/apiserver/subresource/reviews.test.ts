import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, putRole } from '../../../tests/support/auth-objects.ts';
import { routeWorld } from '../../../tests/support/route-world.ts';

const authentication = '/apis/authentication.k8s.io/v1';
const authorization = '/apis/authorization.k8s.io/v1';
const alice = { name: 'alice', groups: ['devs'] };
const listPods = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'a' } };

async function withRights() {
  const { world } = routeWorld();
  await putRole(world.store, 'a/reader', [{ verbs: ['list'], apiGroups: [''], resources: ['pods'] }]);
  await bind(world.store, 'a/readers', 'Role/reader', { kind: 'User', name: 'alice' });
  const post = (path: string, spec?: object) => world.ask('POST', path, { body: { spec }, user: alice });
  return { world, post };
}

test('everybody may ask who they are', async () => {
  const { post } = await withRights();
  const { status, body } = await post(`${authentication}/selfsubjectreviews`);
  assert.equal(status, 201);
  assert.deepEqual(body.status.userInfo, { username: 'alice', groups: ['devs'] });
  assert.ok(body.metadata.creationTimestamp);
});

test('a token that does not hold is an answer', async () => {
  const { post } = await withRights();
  const { status, body } = await post(`${authentication}/tokenreviews`, { token: 'x' });
  assert.equal(status, 201);
  assert.equal(body.status.authenticated, undefined);
  assert.ok(body.status.error);
  assert.equal(body.spec.token, 'x');
});

test('access is reviewed for oneself, for others, and within a namespace', async () => {
  const { post } = await withRights();
  const own = await post(`${authorization}/selfsubjectaccessreviews`, listPods);
  assert.equal(own.body.status.allowed, true);
  const other = await post(`${authorization}/subjectaccessreviews`, { ...listPods, user: 'bob' });
  assert.equal(other.body.status.allowed, false);
  const path = `${authorization}/namespaces/a/localsubjectaccessreviews`;
  assert.equal((await post(path, { ...listPods, user: 'alice' })).body.status.allowed, true);
  const wrong = { user: 'alice', resourceAttributes: { ...listPods.resourceAttributes, namespace: 'b' } };
  assert.equal((await post(path, wrong)).status, 422);
});

test('the rules of a namespace are listed', async () => {
  const { post } = await withRights();
  const { body } = await post(`${authorization}/selfsubjectrulesreviews`, { namespace: 'a' });
  const rule = { verbs: ['list'], apiGroups: [''], resources: ['pods'] };
  assert.deepEqual(body.status.resourceRules, [rule]);
  assert.equal((await post(`${authorization}/selfsubjectrulesreviews`, {})).status, 400);
});

test('reviews are only created, and unknown fields are warned of', async () => {
  const { world } = await withRights();
  for (const name of ['tokenreviews', 'selfsubjectreviews'])
    assert.equal((await world.ask('GET', `${authentication}/${name}`)).status, 405, name);
  assert.equal((await world.ask('GET', `${authorization}/subjectaccessreviews/x`)).status, 405);
  const body = { spec: { ...listPods, odd: 1 } };
  const answer = await world.ask('POST', `${authorization}/selfsubjectaccessreviews`, { body });
  assert.deepEqual(answer.warnings, ['unknown field "spec.odd"']);
});
