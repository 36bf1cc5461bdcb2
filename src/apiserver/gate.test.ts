import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { status, user } from '../../tests/support/auth-objects.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { MemoryStore } from '../store/memory/store.ts';
import { Authenticator } from './auth/authenticator.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { TokenKey } from './auth/json-web-token.ts';
import { ServiceAccountTokens } from './auth/service-account-tokens.ts';
import { StaticTokens } from './auth/static-tokens.ts';
import { type Attributes, anonymous } from './auth/user.ts';
import { createGate } from './gate.ts';
import type { ApiRequest } from './request.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = new TokenKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const token = 'a-long-enough-secret';

/** Only alice may impersonate, and only devs and bob; only bob may do anything else. */
const authorizer: Authorizer = {
  authorize: ({ name }, { verb, name: what }) => ({
    allowed: verb === 'impersonate' ? name === 'alice' && ['bob', 'devs'].includes(what) : name === 'bob',
    reason: '',
  }),
  heldRules: () => ({ rules: [], errors: [] }),
};

const gate = createGate({
  authenticator: new Authenticator({
    staticTokens: new StaticTokens([{ token, user: 'alice' }]),
    serviceAccountTokens: new ServiceAccountTokens(new MemoryStore(), new FakeClock(), key),
  }),
  authorizer,
});

function from(headers: [string, string][], rest: Partial<ApiRequest> = {}): ApiRequest {
  return {
    method: 'GET',
    path: '/',
    query: new URLSearchParams(),
    header: (name) => headers.find(([one]) => one === name)?.[1],
    headerValues: (prefix) => headers.filter(([name]) => name.startsWith(prefix)),
    body: async () => ({ kind: 'none' }),
    signal: new AbortController().signal,
    ...rest,
  };
}

const bearer: [string, string] = ['authorization', `Bearer ${token}`];
const clientCertificate = { commonName: 'alice', organizations: ['devs'] };

test('a certificate, a token and nobody', async () => {
  const certified = await gate.authenticate(from([], { clientCertificate }));
  assert.deepEqual(certified, user('alice', 'devs', 'system:authenticated'));
  assert.equal((await gate.authenticate(from([bearer]))).name, 'alice');
  assert.equal(await gate.authenticate(from([])), anonymous);
});

test('a certificate that does not hold is a 401 by itself, and worth nothing beside a token', async () => {
  const refused = { clientCertificateRefused: true };
  await assert.rejects(gate.authenticate(from([], refused)), status(401, 'Unauthorized'));
  const basic: [string, string] = ['authorization', 'Basic YTpi'];
  await assert.rejects(gate.authenticate(from([basic], refused)), status(401, 'Unauthorized'));
  assert.equal((await gate.authenticate(from([bearer], refused))).name, 'alice');
});

test('impersonation takes every repeat of a header, and asks for each', async () => {
  const asBob: [string, string] = ['impersonate-user', 'bob'];
  const acting = await gate.authenticate(from([bearer, asBob, ['impersonate-group', 'devs']]));
  assert.deepEqual(acting, user('bob', 'devs', 'system:authenticated'));
  const more: [string, string][] = [
    ['impersonate-group', 'devs'],
    ['impersonate-group', 'admins'],
  ];
  await assert.rejects(gate.authenticate(from([bearer, asBob, ...more])), /groups "admins" is forbidden/);
  await assert.rejects(gate.authenticate(from([asBob])), /users "bob" is forbidden/);
  const alone = from([bearer, ['impersonate-group', 'devs']]);
  await assert.rejects(gate.authenticate(alone), /without impersonating a user/);
});

test('authorization is the authorizer’s', () => {
  const asked = { verb: 'get', isResource: false, path: '/version' } as Attributes;
  assert.equal(gate.authorize(user('bob'), asked).allowed, true);
  assert.equal(gate.authorize(anonymous, asked).allowed, false);
});
