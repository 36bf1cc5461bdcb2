import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { asks, asksPath, bind, put, user } from '../../../tests/support/auth-objects.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import type { V1ClusterRole } from '../../api/generated/types.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { staleAggregations } from './aggregation.ts';
import { unionAuthorizer } from './authorizer.ts';
import { installBootstrapPolicy } from './bootstrap-installer.ts';
import { autoUpdateAnnotation } from './bootstrap-objects.ts';
import { RbacAuthorizer } from './rbac.ts';
import { rbacPrefix } from './rbac-objects.ts';
import { anonymous } from './user.ts';

const clock = new FakeClock();
let store: MemoryStore;

beforeEach(async () => {
  store = new MemoryStore();
  await installBootstrapPolicy(store, clock);
});

function role(name: string): V1ClusterRole {
  const item = store.get(rbacPrefix.clusterRoles + name);
  assert.ok(item, `${name} is stored`);
  return structuredClone(item.value) as unknown as V1ClusterRole;
}

function allRoles(): V1ClusterRole[] {
  return store.list(rbacPrefix.clusterRoles).items.map((item) => item.value as unknown as V1ClusterRole);
}

test('a second start writes nothing', async () => {
  const { revision } = store;
  await installBootstrapPolicy(store, clock);
  assert.equal(store.revision, revision);
});

test('objects have what the server owns', () => {
  const { uid, creationTimestamp } = role('view').metadata;
  assert.match(uid, /^[0-9a-f-]{36}$/);
  assert.equal(creationTimestamp, '2030-01-01T00:00:00Z');
});

test('admin includes edit, which includes view, and the stored rules show it', () => {
  const [admin, edit, view] = ['admin', 'edit', 'view'].map((name) => JSON.stringify(role(name).rules));
  assert.ok(view && edit && admin);
  for (const rule of role('view').rules ?? []) assert.ok(edit.includes(JSON.stringify(rule)));
  for (const rule of role('edit').rules ?? []) assert.ok(admin.includes(JSON.stringify(rule)));
  assert.ok(!view.includes('"secrets"'), 'view shows no secrets');
  assert.deepEqual(staleAggregations(allRoles()), []);
});

const rights: [who: string, question: string, view: boolean, edit: boolean, admin: boolean][] = [
  ['pods are read', 'get pods', true, true, true],
  ['logs are read', 'get pods/log', true, true, true],
  ['secrets are read', 'get secrets', false, true, true],
  ['deployments are scaled', 'patch deployments.apps/scale', false, true, true],
  ['shells are opened', 'create pods/exec', false, true, true],
  ['roles are written', 'create roles.rbac.authorization.k8s.io', false, false, true],
  ['policies are read', 'list backendpolicies.relevo.dev', true, true, true],
  ['the namespace is deleted', 'delete namespaces', false, false, false],
  ['quotas are set', 'create resourcequotas', false, false, false],
];

test('view, edit and admin allow in their namespace what they do in Kubernetes', async () => {
  const rbac = new RbacAuthorizer(store);
  for (const name of ['view', 'edit', 'admin'])
    await bind(store, `a/${name}`, `ClusterRole/${name}`, { kind: 'User', name });
  for (const [text, question, ...expected] of rights) {
    const asked = asks(question, { namespace: 'a', name: 'a' });
    const actual = ['view', 'edit', 'admin'].map((name) => rbac.authorize(user(name), asked).allowed);
    assert.deepEqual(actual, expected, text);
  }
  rbac.close();
});

test('everybody may see health and version, the authenticated may discover and ask about themselves', () => {
  const all = unionAuthorizer([new RbacAuthorizer(store)]);
  const bob = user('bob', 'system:authenticated');
  assert.equal(all.authorize(anonymous, asksPath('get', '/healthz')).allowed, true);
  assert.equal(all.authorize(anonymous, asksPath('get', '/apis')).allowed, false);
  assert.equal(all.authorize(anonymous, asksPath('get', '/metrics')).allowed, false);
  assert.equal(all.authorize(bob, asksPath('get', '/apis/apps/v1')).allowed, true);
  assert.equal(
    all.authorize(bob, asks('create selfsubjectaccessreviews.authorization.k8s.io')).allowed,
    true,
  );
  assert.equal(all.authorize(bob, asks('list pods')).allowed, false);
  assert.equal(all.authorize(user('system:node:n1', 'system:nodes'), asks('list secrets')).allowed, false);
  assert.equal(all.authorize(user('system:kube-scheduler'), asks('create pods/binding')).allowed, true);
});

test('what an owner added is kept, what is missing comes back', async () => {
  const changed = role('system:discovery');
  const extra = { verbs: ['get'], nonResourceURLs: ['/extra'] };
  await put(store, `${rbacPrefix.clusterRoles}system:discovery`, { ...changed, rules: [extra] });
  await installBootstrapPolicy(store, clock);
  const { rules, metadata } = role('system:discovery');
  assert.deepEqual(rules?.[0], extra);
  assert.ok(JSON.stringify(rules).includes('/openapi'));
  assert.equal(metadata.uid, changed.metadata.uid);
});

test('a role marked autoupdate: "false" is left alone', async () => {
  const changed = role('system:discovery');
  changed.metadata.annotations = { [autoUpdateAnnotation]: 'false' };
  await put(store, `${rbacPrefix.clusterRoles}system:discovery`, { ...changed, rules: [] });
  await installBootstrapPolicy(store, clock);
  assert.deepEqual(role('system:discovery').rules, []);
});

test('a default binding that was pointed at another role is made anew', async () => {
  const before = store.get(`${rbacPrefix.clusterRoleBindings}cluster-admin`)?.value;
  await bind(store, 'cluster-admin', 'ClusterRole/view', { kind: 'User', name: 'eve' });
  await installBootstrapPolicy(store, clock);
  const after = store.get(`${rbacPrefix.clusterRoleBindings}cluster-admin`)?.value;
  assert.equal(after?.roleRef.name, 'cluster-admin');
  assert.notEqual(after?.metadata.uid, before?.metadata.uid);
});

test('a role of one’s own with the label is gathered', () => {
  const own = {
    ...role('view'),
    aggregationRule: undefined,
    rules: [{ verbs: ['get'], apiGroups: ['acme.com'], resources: ['widgets'] }],
  };
  own.metadata = {
    ...own.metadata,
    name: 'acme',
    labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' },
  };
  const [view] = staleAggregations([...allRoles(), own]);
  assert.equal(view?.metadata.name, 'view');
  assert.ok(JSON.stringify(view?.rules).includes('acme.com'));
});
