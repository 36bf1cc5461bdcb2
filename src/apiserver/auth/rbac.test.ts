import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { asks, asksPath, bind, putRole, remove, user } from '../../../tests/support/auth-objects.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { privilegedGroup, unionAuthorizer } from './authorizer.ts';
import { RbacAuthorizer } from './rbac.ts';
import { rulesFor } from './rules-for.ts';

let store: MemoryStore;
let rbac: RbacAuthorizer;
const readPods = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const bob = user('bob', 'devs', 'system:authenticated');

beforeEach(() => {
  store = new MemoryStore();
  rbac = new RbacAuthorizer(store);
});

const inNamespace = (namespace: string) => asks('get pods', { namespace, name: 'x' });

test('without bindings nothing is allowed, and there is no reason to give', () => {
  assert.deepEqual(rbac.authorize(bob, inNamespace('a')), { allowed: false, reason: '' });
});

test('a ClusterRoleBinding allows everywhere and says why', async () => {
  await putRole(store, 'reader', [readPods]);
  await bind(store, 'bobs', 'ClusterRole/reader', { kind: 'User', name: 'bob' });
  const reason = 'RBAC: allowed by ClusterRoleBinding "bobs" of ClusterRole "reader" to User "bob"';
  assert.deepEqual(rbac.authorize(bob, inNamespace('a')), { allowed: true, reason });
  assert.equal(rbac.authorize(bob, asks('list pods')).allowed, true);
  assert.equal(rbac.authorize(user('eve'), inNamespace('a')).allowed, false);
});

test('a RoleBinding allows in its namespace only, through a Role or a ClusterRole', async () => {
  await putRole(store, 'a/reader', [readPods]);
  await putRole(store, 'everything', [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]);
  await bind(store, 'a/devs', 'Role/reader', { kind: 'Group', name: 'devs' });
  await bind(store, 'b/devs', 'ClusterRole/everything', { kind: 'Group', name: 'devs' });
  const reason = 'RBAC: allowed by RoleBinding "devs/a" of Role "reader" to Group "devs"';
  assert.deepEqual(rbac.authorize(bob, inNamespace('a')), { allowed: true, reason });
  assert.equal(rbac.authorize(bob, inNamespace('b')).allowed, true);
  assert.equal(rbac.authorize(bob, inNamespace('c')).allowed, false);
  assert.equal(rbac.authorize(bob, asks('list pods')).allowed, false);
  assert.equal(rbac.authorize(bob, asks('delete pods', { namespace: 'a', name: 'x' })).allowed, false);
});

test('a Role cannot be bound cluster-wide', async () => {
  await putRole(store, 'a/reader', [readPods]);
  await bind(store, 'wide', 'Role/reader', { kind: 'User', name: 'bob' });
  assert.equal(rbac.authorize(bob, inNamespace('a')).allowed, false);
});

test('a service account is meant in the namespace of its RoleBinding unless it names another', async () => {
  await putRole(store, 'reader', [readPods]);
  await bind(store, 'a/own', 'ClusterRole/reader', { kind: 'ServiceAccount', name: 'ci' });
  await bind(store, 'a/foreign', 'ClusterRole/reader', {
    kind: 'ServiceAccount',
    name: 'ci',
    namespace: 'b',
  });
  await bind(store, 'nowhere', 'ClusterRole/reader', { kind: 'ServiceAccount', name: 'ci' });
  const own = rbac.authorize(user('system:serviceaccount:a:ci'), inNamespace('a'));
  assert.equal(
    own.reason,
    'RBAC: allowed by RoleBinding "own/a" of ClusterRole "reader" to ServiceAccount "ci/a"',
  );
  assert.equal(rbac.authorize(user('system:serviceaccount:b:ci'), inNamespace('a')).allowed, true);
  assert.equal(rbac.authorize(user('system:serviceaccount:c:ci'), inNamespace('c')).allowed, false);
});

test('a user and a group of the same name are two subjects', async () => {
  await putRole(store, 'reader', [readPods]);
  await bind(store, 'g', 'ClusterRole/reader', { kind: 'Group', name: 'bob' });
  assert.equal(rbac.authorize(user('bob'), inNamespace('a')).allowed, false);
  assert.equal(rbac.authorize(user('eve', 'bob'), inNamespace('a')).allowed, true);
});

test('a binding to a role that does not exist is named in the refusal, and works once the role is there', async () => {
  await bind(store, 'early', 'ClusterRole/late', { kind: 'User', name: 'bob' });
  const reason = 'RBAC: clusterrole.rbac.authorization.k8s.io "late" not found';
  assert.deepEqual(rbac.authorize(bob, inNamespace('a')), { allowed: false, reason });
  await putRole(store, 'late', [readPods]);
  assert.equal(rbac.authorize(bob, inNamespace('a')).allowed, true);
});

test('every change counts from the next request on', async () => {
  await putRole(store, 'reader', [readPods]);
  await bind(store, 'x', 'ClusterRole/reader', { kind: 'User', name: 'bob' }, { kind: 'User', name: 'bob' });
  assert.equal(rbac.authorize(bob, inNamespace('a')).allowed, true);
  await putRole(store, 'reader', []);
  assert.equal(rbac.authorize(bob, inNamespace('a')).allowed, false, 'the role lost its rules');
  await putRole(store, 'reader', [readPods]);
  assert.equal(rbac.authorize(bob, inNamespace('a')).allowed, true);
  await bind(store, 'x', 'ClusterRole/reader', { kind: 'User', name: 'eve' });
  assert.equal(rbac.authorize(bob, inNamespace('a')).allowed, false, 'the binding names another');
  assert.equal(rbac.authorize(user('eve'), inNamespace('a')).allowed, true);
  await remove(store, 'clusterrolebindings.rbac.authorization.k8s.io/x');
  assert.equal(rbac.authorize(user('eve'), inNamespace('a')).allowed, false, 'the binding is gone');
});

test('what was stored before the start counts', async () => {
  await putRole(store, 'reader', [readPods]);
  await bind(store, 'x', 'ClusterRole/reader', { kind: 'User', name: 'bob' });
  const second = new RbacAuthorizer(store);
  assert.equal(second.authorize(bob, inNamespace('a')).allowed, true);
  second.close();
});

test('a cached decision is given for the same question only', async () => {
  await putRole(store, 'one', [
    { ...readPods, resourceNames: ['x'] },
    { verbs: ['get'], nonResourceURLs: ['/x'] },
  ]);
  await bind(store, 'x', 'ClusterRole/one', { kind: 'User', name: 'bob' });
  for (let i = 0; i < 2; i++) {
    assert.equal(rbac.authorize(bob, asks('get pods', { namespace: 'a', name: 'x' })).allowed, true);
    assert.equal(rbac.authorize(bob, asks('get pods', { namespace: 'a', name: 'y' })).allowed, false);
    assert.equal(rbac.authorize(bob, asks('get pods/log', { namespace: 'a', name: 'x' })).allowed, false);
    assert.equal(rbac.authorize(bob, asksPath('get', '/x')).allowed, true);
    assert.equal(rbac.authorize(bob, asksPath('get', '/y')).allowed, false);
  }
});

test('system:masters may do everything', () => {
  const all = unionAuthorizer([rbac]);
  assert.equal(all.authorize(user('root', privilegedGroup), asks('delete nodes')).allowed, true);
  assert.equal(all.authorize(bob, asks('delete nodes')).allowed, false);
});

test('the rules held in a namespace are listed, and what could not be resolved is said', async () => {
  await putRole(store, 'reader', [readPods, { verbs: ['get'], nonResourceURLs: ['/metrics'] }]);
  await bind(store, 'x', 'ClusterRole/reader', { kind: 'User', name: 'bob' });
  await bind(store, 'a/y', 'Role/gone', { kind: 'User', name: 'bob' });
  assert.deepEqual(rulesFor(rbac, bob, 'b'), {
    resourceRules: [readPods],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }],
    incomplete: false,
  });
  assert.equal(rulesFor(rbac, bob, 'a').evaluationError, 'role.rbac.authorization.k8s.io "gone" not found');
});
