import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { before, test } from 'node:test';
import { bind, put, putRole, status, user } from '../../../tests/support/auth-objects.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { Authenticator } from './authenticator.ts';
import { unionAuthorizer } from './authorizer.ts';
import { TokenKey } from './json-web-token.ts';
import { RbacAuthorizer } from './rbac.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  tokenReview,
} from './reviews.ts';
import { tokenIssuer } from './service-account-claims.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import { StaticTokens } from './static-tokens.ts';
import { issueServiceAccountToken } from './token-issuer.ts';

const store = new MemoryStore();
const authorizer = unionAuthorizer([new RbacAuthorizer(store)]);
const bob = user('bob', 'system:authenticated');
const inA = { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'a' } };
const invalid = (kind: string, rest: string) =>
  status(422, `${kind}.authorization.k8s.io "" is invalid: ${rest}`);

before(async () => {
  await putRole(store, 'reader', [
    { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    { verbs: ['get'], nonResourceURLs: ['/metrics'] },
  ]);
  await bind(store, 'x', 'ClusterRole/reader', { kind: 'User', name: 'bob' });
});

test('may I: yes with the reason, no without', () => {
  const reason = 'RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "reader" to User "bob"';
  assert.deepEqual(selfSubjectAccessReview(inA, bob, authorizer), { allowed: true, reason });
  const writes = { resourceAttributes: { ...inA.resourceAttributes, verb: 'delete' } };
  assert.deepEqual(selfSubjectAccessReview(writes, bob, authorizer), { allowed: false });
  const path = { nonResourceAttributes: { verb: 'get', path: '/metrics' } };
  assert.equal(selfSubjectAccessReview(path, bob, authorizer).allowed, true);
});

test('may they: the user and the groups in the spec count, nothing is added', () => {
  assert.equal(subjectAccessReview({ ...inA, user: 'bob' }, authorizer).allowed, true);
  assert.equal(subjectAccessReview({ ...inA, user: 'eve' }, authorizer).allowed, false);
  assert.equal(subjectAccessReview({ ...inA, groups: ['system:masters'] }, authorizer).allowed, true);
});

test('questions that say too little or too much are invalid', () => {
  const both = { ...inA, nonResourceAttributes: { path: '/x' } };
  assert.throws(
    () => selfSubjectAccessReview({}, bob, authorizer),
    invalid(
      'SelfSubjectAccessReview',
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
  );
  assert.throws(
    () => selfSubjectAccessReview(both, bob, authorizer),
    status(422, /cannot be specified in combination with resourceAttributes/),
  );
  assert.throws(
    () => subjectAccessReview(inA, authorizer),
    invalid(
      'SubjectAccessReview',
      'spec.user: Invalid value: "": at least one of user or group must be specified',
    ),
  );
  assert.throws(
    () => localSubjectAccessReview({ ...inA, user: 'bob' }, 'b', authorizer),
    status(422, /must match metadata.namespace/),
  );
  assert.equal(localSubjectAccessReview({ ...inA, user: 'bob' }, 'a', authorizer).allowed, true);
  assert.throws(() => selfSubjectRulesReview({}, bob, authorizer), status(400, 'no namespace on request'));
});

test('who am I', () => {
  const full = { name: 'bob', uid: 'u', groups: ['g'], extra: { k: ['v'] } };
  assert.deepEqual(selfSubjectReview(full), {
    userInfo: { username: 'bob', uid: 'u', groups: ['g'], extra: { k: ['v'] } },
  });
});

test('who is this token: for the audiences asked for, and an error instead of a failure', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = new TokenKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const clock = new FakeClock();
  const authenticator = new Authenticator({
    staticTokens: new StaticTokens([{ token: 'a-long-enough-secret', user: 'x' }]),
    serviceAccountTokens: new ServiceAccountTokens(store, clock, key),
  });
  await put(store, 'serviceaccounts/a/app');
  const request = { spec: { audiences: ['vault'] } };
  const token = issueServiceAccountToken({ store, clock, key }, { namespace: 'a', name: 'app', request })
    .status?.token;
  const answer = tokenReview({ token, audiences: ['vault', 'x'] }, authenticator);
  assert.deepEqual([answer.authenticated, answer.audiences], [true, ['vault']]);
  assert.equal(answer.user?.username, 'system:serviceaccount:a:app');
  assert.match(tokenReview({ token }, authenticator).error ?? '', /invalid for the target audiences/);
  const staticAnswer = tokenReview({ token: 'a-long-enough-secret' }, authenticator);
  assert.deepEqual(staticAnswer.audiences, [tokenIssuer]);
  assert.equal(
    tokenReview({ token: 'a-long-enough-secret', audiences: ['vault'] }, authenticator).authenticated,
    undefined,
  );
  assert.throws(
    () => tokenReview({}, authenticator),
    status(400, 'token is required for TokenReview in authentication'),
  );
});
