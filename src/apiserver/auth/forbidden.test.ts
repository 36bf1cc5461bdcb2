import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asks, asksPath, user } from '../../../tests/support/auth-objects.ts';
import { forbiddenRequest } from './forbidden.ts';
import { anonymous } from './user.ts';

const bob = user('bob');

const table = [
  [
    forbiddenRequest(bob, asks('list pods', { namespace: 'default' })),
    'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
  ],
  [
    forbiddenRequest(bob, asks('update deployments.apps/scale', { namespace: 'a', name: 'web' })),
    'deployments.apps "web" is forbidden: User "bob" cannot update resource "deployments/scale" in API group "apps" in the namespace "a"',
  ],
  [
    forbiddenRequest(bob, asks('list nodes'), 'RBAC: x'),
    'nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope: RBAC: x',
  ],
  [
    forbiddenRequest(anonymous, asksPath('get', '/x')),
    'forbidden: User "system:anonymous" cannot get path "/x"',
  ],
] as const;

test('refusals are worded as Kubernetes words them', () => {
  for (const [error, message] of table) {
    assert.equal(error.message, message);
    assert.deepEqual([error.code, error.reason], [403, 'Forbidden']);
  }
});
