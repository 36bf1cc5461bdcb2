import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status, user } from '../../../tests/support/auth-objects.ts';
import type { Authorizer } from './authorizer.ts';
import { type HeaderValues, impersonate } from './impersonation.ts';
import type { User } from './user.ts';

const alice = user('alice', 'system:authenticated');

/** Allows what is listed, as `resource[/subresource]:[namespace/]name`. */
function allowing(...allowed: string[]): Authorizer {
  return {
    authorize(_user, { verb, resource, subresource, namespace, name }) {
      const what = `${resource}${subresource && `/${subresource}`}:${namespace && `${namespace}/`}${name}`;
      return { allowed: verb === 'impersonate' && allowed.includes(what), reason: '' };
    },
    heldRules: () => ({ rules: [], errors: [] }),
  };
}

const table: [text: string, headers: HeaderValues, allowed: string[], acting: User][] = [
  ['without headers everybody is themselves', { accept: ['*/*'] }, [], alice],
  [
    'a user is authenticated',
    { 'impersonate-user': ['bob'] },
    ['users:bob'],
    { name: 'bob', groups: ['system:authenticated'] },
  ],
  [
    'groups are taken as they are named, each by itself',
    { 'impersonate-user': ['bob'], 'impersonate-group': ['devs', 'a,b'] },
    ['users:bob', 'groups:devs', 'groups:a,b'],
    { name: 'bob', groups: ['devs', 'a,b', 'system:authenticated'] },
  ],
  [
    'a named system:authenticated is not doubled',
    { 'impersonate-user': ['bob'], 'impersonate-group': ['system:authenticated'] },
    ['users:bob', 'groups:system:authenticated'],
    { name: 'bob', groups: ['system:authenticated'] },
  ],
  [
    'a service account has its groups',
    { 'impersonate-user': ['system:serviceaccount:a:ci'] },
    ['serviceaccounts:a/ci'],
    {
      name: 'system:serviceaccount:a:ci',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated'],
    },
  ],
  [
    'named groups replace a service account’s own',
    { 'impersonate-user': ['system:serviceaccount:a:ci'], 'impersonate-group': ['g'] },
    ['serviceaccounts:a/ci', 'groups:g'],
    { name: 'system:serviceaccount:a:ci', groups: ['g', 'system:authenticated'] },
  ],
  [
    'anonymous stays unauthenticated',
    { 'impersonate-user': ['system:anonymous'] },
    ['users:system:anonymous'],
    { name: 'system:anonymous', groups: ['system:unauthenticated'] },
  ],
  [
    'uid and extras are carried, keys unescaped',
    {
      'impersonate-user': ['bob'],
      'impersonate-uid': ['u1'],
      'impersonate-extra-acme.com%2fproject': ['x', 'y'],
    },
    ['users:bob', 'uids:u1', 'userextras/acme.com/project:x', 'userextras/acme.com/project:y'],
    { name: 'bob', groups: ['system:authenticated'], uid: 'u1', extra: { 'acme.com/project': ['x', 'y'] } },
  ],
];

for (const [text, headers, allowed, acting] of table) {
  test(text, () => assert.deepEqual(impersonate(headers, alice, allowing(...allowed)), acting));

  test(`${text}: and not one permission can be missing`, () => {
    for (const missing of allowed) {
      const rest = allowed.filter((one) => one !== missing);
      assert.throws(() => impersonate(headers, alice, allowing(...rest)), status(403, /cannot impersonate/));
    }
  });
}

test('refusals name what may not be impersonated', () => {
  const none = allowing();
  assert.throws(
    () => impersonate({ 'impersonate-user': ['bob'] }, alice, none),
    status(
      403,
      'users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope',
    ),
  );
  assert.throws(
    () => impersonate({ 'impersonate-user': ['system:serviceaccount:a:ci'] }, alice, none),
    status(
      403,
      'serviceaccounts "ci" is forbidden: User "alice" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "a"',
    ),
  );
  assert.throws(
    () =>
      impersonate(
        { 'impersonate-user': ['bob'], 'impersonate-extra-scopes': ['s'] },
        alice,
        allowing('users:bob'),
      ),
    status(
      403,
      'userextras.authentication.k8s.io "s" is forbidden: User "alice" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
    ),
  );
});

test('groups, uids and extras without a user are a bad request, even for who may do everything', () => {
  const all: Authorizer = { ...allowing(), authorize: () => ({ allowed: true, reason: '' }) };
  for (const headers of [
    { 'impersonate-group': ['g'] },
    { 'impersonate-uid': ['u'] },
    { 'impersonate-extra-a': ['b'] },
  ])
    assert.throws(
      () => impersonate(headers, alice, all),
      status(400, /^requested \[\{.*\}\] without impersonating a user$/),
    );
});
