import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { bind, putRole, status, user } from '../../../tests/support/auth-objects.ts';
import type { AnyObject } from '../../api/object.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { unionAuthorizer } from './authorizer.ts';
import { EscalationCheck, type RbacWrite } from './escalation.ts';
import { RbacAuthorizer } from './rbac.ts';
import { rbacGroup } from './rbac-objects.ts';

const bob = user('bob', 'devs', 'system:authenticated');
const getPods = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
const listPods = { verbs: ['list'], apiGroups: [''], resources: ['pods'] };
const refusal = (what: string, missing: string) =>
  `${what} is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${missing}`;

let store: MemoryStore;
let escalation: EscalationCheck;

beforeEach(async () => {
  store = new MemoryStore();
  escalation = new EscalationCheck(store, unionAuthorizer([new RbacAuthorizer(store)]));
  await putRole(store, 'get-pods', [getPods]);
  await bind(store, 'a/bob', 'ClusterRole/get-pods', { kind: 'User', name: 'bob' });
});

function write(resource: string, name: string, fields: object, more: Partial<RbacWrite> = {}): RbacWrite {
  const object = {
    apiVersion: `${rbacGroup}/v1`,
    kind: 'X',
    metadata: { name },
    ...fields,
  } as unknown as AnyObject;
  return {
    user: bob,
    resource,
    namespace: resource.startsWith('cluster') ? '' : 'a',
    name: '',
    object,
    ...more,
  };
}

function roleRef(kind: string, name: string) {
  return { roleRef: { apiGroup: rbacGroup, kind, name }, subjects: [] };
}

test('a role with what the user holds in that namespace passes', () => {
  escalation.check(write('roles', 'r', { rules: [getPods] }));
});

test('a role with more than the user holds is refused and says what is missing', () => {
  const message = refusal(`roles.${rbacGroup} "r"`, '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}');
  assert.throws(
    () => escalation.check(write('roles', 'r', { rules: [getPods, listPods] })),
    status(403, message),
  );
});

test('what is held in one namespace counts neither in another nor in the cluster', () => {
  const missing = '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}';
  const elsewhere = write('roles', 'r', { rules: [getPods] }, { namespace: 'b' });
  assert.throws(() => escalation.check(elsewhere), status(403, refusal(`roles.${rbacGroup} "r"`, missing)));
  const wide = write('clusterroles', 'r', { rules: [getPods] });
  assert.throws(() => escalation.check(wide), status(403, refusal(`clusterroles.${rbacGroup} "r"`, missing)));
});

test('the verb escalate lifts the limit', async () => {
  await putRole(store, 'escalate', [{ verbs: ['escalate'], apiGroups: [rbacGroup], resources: ['roles'] }]);
  await bind(store, 'a/escalate', 'ClusterRole/escalate', { kind: 'Group', name: 'devs' });
  escalation.check(write('roles', 'r', { rules: [listPods] }));
  assert.throws(
    () => escalation.check(write('clusterroles', 'r', { rules: [listPods] })),
    status(403, /not currently held/),
  );
});

test('system:masters may write any role', () => {
  const root = user('root', 'system:masters');
  escalation.check(
    write(
      'clusterroles',
      'r',
      { rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] },
      { user: root },
    ),
  );
});

test('a role that only loses finalizers or owners passes, whatever its rules', () => {
  const old = write('roles', 'r', { rules: [listPods], metadata: { name: 'r', finalizers: ['x'] } }).object;
  escalation.check(write('roles', 'r', { rules: [listPods] }, { old, name: 'r' }));
  const widened = write('roles', 'r', { rules: [listPods, getPods] }, { old, name: 'r' });
  assert.throws(() => escalation.check(widened), status(403, /Verbs:\["list"\]/));
});

test('an aggregation needs everything, even when its rules are empty', async () => {
  const aggregation = { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'y' } }] } };
  const message = `clusterroles.${rbacGroup} "r" is forbidden: must have cluster-admin privileges to use the aggregationRule`;
  assert.throws(() => escalation.check(write('clusterroles', 'r', aggregation)), status(403, message));
  const old = write('clusterroles', 'r', aggregation).object;
  const taken = write('clusterroles', 'r', {}, { name: 'r', old });
  assert.throws(() => escalation.check(taken), status(403, message), 'taking it away needs as much');
  await putRole(store, 'all', [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]);
  await bind(store, 'all', 'ClusterRole/all', { kind: 'User', name: 'bob' });
  escalation.check(write('clusterroles', 'r', aggregation));
});

test('a binding needs what its role grants, or the verb bind', async () => {
  await putRole(store, 'list-pods', [listPods]);
  escalation.check(write('rolebindings', 'b', roleRef('ClusterRole', 'get-pods')));
  const more = write('rolebindings', 'b', roleRef('ClusterRole', 'list-pods'));
  const message = refusal(
    `rolebindings.${rbacGroup} "b"`,
    '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}',
  );
  assert.throws(() => escalation.check(more), status(403, message));
  const binds = {
    verbs: ['bind'],
    apiGroups: [rbacGroup],
    resources: ['clusterroles'],
    resourceNames: ['list-pods'],
  };
  await putRole(store, 'a/bind', [binds]);
  await bind(store, 'a/bind', 'Role/bind', { kind: 'User', name: 'bob' });
  escalation.check(more);
  assert.throws(
    () => escalation.check(write('clusterrolebindings', 'b', roleRef('ClusterRole', 'list-pods'))),
    status(403, /held/),
  );
});

test('a binding to a role that does not exist is a 404', () => {
  const dangling = write('rolebindings', 'b', roleRef('Role', 'none'));
  assert.throws(() => escalation.check(dangling), status(404, `roles.${rbacGroup} "none" not found`));
});

test('other resources are no matter of this check', () => {
  escalation.check(write('configmaps', 'c', { rules: [listPods] }));
});
