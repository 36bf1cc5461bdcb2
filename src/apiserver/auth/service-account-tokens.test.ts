import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, type webcrypto } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { put, remove, status } from '../../../tests/support/auth-objects.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import type { AuthenticationV1TokenRequest, V1Secret, V1ServiceAccount } from '../../api/generated/types.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { TokenKey } from './json-web-token.ts';
import { jsonWebKeySet, openIdConfiguration } from './oidc-discovery.ts';
import { apiAudiences, tokenIssuer } from './service-account-claims.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import { issueServiceAccountToken } from './token-issuer.ts';
import { accountOfTokenSecret, fillTokenSecret, tokenSecretType } from './token-secret.ts';

function newKey(namedCurve = 'P-256'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

const ownPem = newKey();
const key = new TokenKey(ownPem);
const account = 'serviceaccounts/a/app';
let store: MemoryStore;
let clock: FakeClock;
let tokens: ServiceAccountTokens;

beforeEach(async () => {
  store = new MemoryStore();
  clock = new FakeClock();
  tokens = new ServiceAccountTokens(store, clock, key);
  await put(store, account);
  await put(store, 'nodes/n1');
  await put(store, 'pods/a/web', { spec: { serviceAccountName: 'app', nodeName: 'n1' } });
});

function request(spec: Partial<AuthenticationV1TokenRequest['spec']> = {}, name = 'app') {
  const issue = { namespace: 'a', name, request: { spec: { audiences: [], ...spec } } };
  return issueServiceAccountToken({ store, clock, key }, issue);
}

function issue(spec?: Partial<AuthenticationV1TokenRequest['spec']>): string {
  return request(spec).status?.token ?? '';
}

function errorOf(token: string, audiences = apiAudiences): string {
  const verdict = tokens.verify(token, audiences);
  return 'error' in verdict ? verdict.error : 'accepted';
}

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

test('a token names its account, with its groups', () => {
  const verdict = tokens.verify(issue(), apiAudiences);
  assert.ok('user' in verdict);
  assert.equal(verdict.user.name, 'system:serviceaccount:a:app');
  assert.equal(verdict.user.uid, 'uid-app');
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated'];
  assert.deepEqual(verdict.user.groups, groups);
});

test('a token bound to a pod carries pod and node', () => {
  const token = issue({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'uid-web' } });
  const claims = claimsOf(token);
  assert.deepEqual(claims['kubernetes.io'], {
    namespace: 'a',
    node: { name: 'n1', uid: 'uid-n1' },
    pod: { name: 'web', uid: 'uid-web' },
    serviceaccount: { name: 'app', uid: 'uid-app' },
  });
  const verdict = tokens.verify(token, apiAudiences);
  assert.ok('user' in verdict);
  assert.deepEqual(verdict.user.extra, {
    'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
    'authentication.kubernetes.io/pod-name': ['web'],
    'authentication.kubernetes.io/pod-uid': ['uid-web'],
    'authentication.kubernetes.io/node-name': ['n1'],
    'authentication.kubernetes.io/node-uid': ['uid-n1'],
  });
});

test('a repeated token gives the same user object', () => {
  const token = issue();
  const [first, second] = [tokens.verify(token, apiAudiences), tokens.verify(token, apiAudiences)];
  assert.ok('user' in first && 'user' in second);
  assert.equal(first.user, second.user);
});

test('a token expires to the second, also a remembered one', () => {
  const token = issue({ expirationSeconds: 600 });
  clock.advance(599_999);
  assert.equal(errorOf(token), 'accepted');
  clock.advance(1);
  assert.equal(errorOf(token), '[invalid bearer token, service account token has expired]');
});

test('a token from the future waits, but for the leeway of a clock that was set back', () => {
  clock.advance(61_000);
  const token = issue();
  assert.equal(
    'error' in new ServiceAccountTokens(store, new FakeClock(), key).verify(token, apiAudiences),
    true,
  );
  const slightlyBehind = new FakeClock(clock.now() - 59_000);
  assert.equal(
    'user' in new ServiceAccountTokens(store, slightlyBehind, key).verify(token, apiAudiences),
    true,
  );
});

test('another audience is refused, a common one is enough', () => {
  const token = issue({ audiences: ['vault', 'other'] });
  const expected = `[invalid bearer token, token audiences ["vault" "other"] is invalid for the target audiences ["${tokenIssuer}"]]`;
  assert.equal(errorOf(token), expected);
  const verdict = tokens.verify(token, ['x', 'vault']);
  assert.ok('user' in verdict);
  assert.deepEqual(verdict.audiences, ['vault']);
});

const deletions: [text: string, key: string][] = [
  ['account', account],
  ['pod', 'pods/a/web'],
];
for (const [text, target] of deletions) {
  test(`a deleted or replaced ${text} ends its tokens at once`, async () => {
    const token = issue({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' } });
    assert.equal(errorOf(token), 'accepted');
    await remove(store, target);
    assert.match(errorOf(token), /has been deleted or replaced/);
    await put(store, target, { metadata: { uid: 'another' } });
    assert.match(errorOf(token), /has been deleted or replaced/);
  });
}

test('what is being deleted keeps its token for a minute', async () => {
  const token = issue({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' } });
  const deletionTimestamp = new Date(clock.now()).toISOString();
  await put(store, 'pods/a/web', { metadata: { deletionTimestamp } });
  clock.advance(59_000);
  assert.equal(errorOf(token), 'accepted');
  clock.advance(1_000);
  assert.match(errorOf(token), /pod a\/web has been deleted/);
});

function forged(header: object, claims: object, privateKey: string | undefined): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const text = parts.join('.');
  if (!privateKey) return `${text}.`;
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

test('forged tokens are refused', () => {
  const good = issue();
  const [head = '', body = '', signature = ''] = good.split('.');
  const claims = claimsOf(good);
  const pem = newKey();
  const foreign = new TokenKey(pem);
  const tampered = Buffer.from(JSON.stringify({ ...claims, sub: 'system:serviceaccount:a:root' })).toString(
    'base64url',
  );
  const forgeries = {
    'another key': foreign.sign(claims),
    'another key under our key id': forged({ alg: 'ES256', kid: key.keyId }, claims, pem),
    'alg none': forged({ alg: 'none', kid: key.keyId }, claims, undefined),
    'our own signature under another algorithm': forged({ alg: 'HS256', kid: key.keyId }, claims, ownPem),
    'our own signature under a foreign key id': forged({ alg: 'ES256', kid: 'x' }, claims, ownPem),
    'alg none with the good signature': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`,
    'a changed body': `${head}.${tampered}.${signature}`,
    'no signature': `${head}.${body}.`,
    'an empty signature': `${head}.${body}.AAAA`,
    'four parts': `${good}.x`,
    'two parts': `${head}.${body}`,
    'no token': 'hello',
    'an empty text': '',
    padding: `${good}=`,
    'a very long text': `${'a'.repeat(100_000)}.b.c`,
  };
  for (const [text, token] of Object.entries(forgeries))
    assert.equal(errorOf(token), 'invalid bearer token', text);
  assert.equal(errorOf(good), 'accepted');
});

test('signed claims that are not a service account’s are refused', () => {
  const good = claimsOf(issue());
  const wrong: object[] = [
    { ...good, iss: 'https://elsewhere' },
    { ...good, aud: tokenIssuer },
    { ...good, exp: undefined },
    { ...good, exp: '9999999999' },
    { ...good, sub: 'system:serviceaccount:a:root' },
    { ...good, 'kubernetes.io': undefined },
    { ...good, 'kubernetes.io': { ...good['kubernetes.io'], pod: 'web' } },
    { ...good, 'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'app' } } },
  ];
  for (const claims of wrong)
    assert.equal(errorOf(key.sign(claims)), 'invalid bearer token', JSON.stringify(claims));
});

test('requests are validated with Kubernetes’ texts', () => {
  const bound = (ref: object) => () => request({ boundObjectRef: ref });
  const invalid =
    'TokenRequest.authentication.k8s.io "app" is invalid: spec.expirationSeconds: Invalid value: ';
  assert.throws(
    () => request({ expirationSeconds: 599 }),
    status(422, `${invalid}599: may not specify a duration less than 10 minutes`),
  );
  assert.throws(
    () => request({ expirationSeconds: 2 ** 32 + 1 }),
    status(422, `${invalid}4294967297: may not specify a duration larger than 2^32 seconds`),
  );
  assert.throws(() => request({}, 'nobody'), status(404, 'serviceaccounts "nobody" not found'));
  assert.throws(bound({ apiVersion: 'v1', kind: 'Pod', name: 'none' }), status(404, 'pods "none" not found'));
  assert.throws(
    bound({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }),
    status(400, 'cannot bind token to object of type apps/v1, Kind=Deployment'),
  );
  assert.throws(
    bound({ apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'old' }),
    status(
      409,
      'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    ),
  );
});

test('a token cannot be bound to a pod of another account', async () => {
  await put(store, 'serviceaccounts/a/other');
  assert.throws(
    () => request({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' } }, 'other'),
    status(
      400,
      'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    ),
  );
});

test('the answer says when the token ends, an hour from now unless asked otherwise', () => {
  assert.equal(request().status?.expirationTimestamp, '2030-01-01T01:00:00Z');
  assert.deepEqual(request().spec, { audiences: [tokenIssuer], expirationSeconds: 3600 });
  assert.equal(request({ expirationSeconds: 2 ** 32 }).status?.expirationTimestamp, '2166-02-07T06:28:16Z');
});

test('the discovery documents let others verify a token', async () => {
  const { keys } = jsonWebKeySet(key);
  const publicKey = await crypto.subtle.importKey(
    'jwk',
    keys[0] as webcrypto.JsonWebKey,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['verify'],
  );
  const [head = '', body = '', signature = ''] = issue().split('.');
  const signed = Buffer.from(`${head}.${body}`);
  assert.equal(
    await crypto.subtle.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      publicKey,
      Buffer.from(signature, 'base64url'),
      signed,
    ),
    true,
  );
  assert.equal(JSON.parse(Buffer.from(head, 'base64url').toString()).kid, keys[0]?.kid);
  assert.equal(openIdConfiguration('https://h:6443').jwks_uri, 'https://h:6443/openid/v1/jwks');
});

test('only a P-256 key can sign', () => {
  assert.throws(() => new TokenKey(newKey('P-384')), /P-256/);
});

test('a token kept in a Secret holds until Secret, account or content go', async () => {
  const secret = {
    ...{ apiVersion: 'v1', kind: 'Secret', type: tokenSecretType },
    metadata: {
      name: 's',
      namespace: 'a',
      uid: 'uid-s',
      annotations: { 'kubernetes.io/service-account.name': 'app' },
    },
  } as unknown as V1Secret;
  assert.equal(accountOfTokenSecret(secret), 'app');
  const owner = store.get(account)?.value as unknown as V1ServiceAccount;
  const filled = fillTokenSecret(secret, owner, key, 'PEM') as V1Secret;
  assert.equal(fillTokenSecret(filled, owner, key, 'PEM'), undefined, 'a filled Secret stays as it is');
  assert.equal(Buffer.from(filled.data?.['ca.crt'] ?? '', 'base64').toString(), 'PEM');
  const token = Buffer.from(filled.data?.token ?? '', 'base64').toString();
  assert.match(errorOf(token), /secret a\/s has been deleted/);
  await put(store, 'secrets/a/s', filled);
  assert.equal(errorOf(token), 'accepted');
  await put(store, 'secrets/a/s', { ...filled, data: { token: Buffer.from('other').toString('base64') } });
  assert.match(errorOf(token), /does not match/);
  await put(store, 'secrets/a/s', filled);
  await remove(store, account);
  assert.match(errorOf(token), /service account a\/app has been deleted/);
});
