import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { put, status } from '../../../tests/support/auth-objects.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { Authenticator } from './authenticator.ts';
import { clientCertificateOf } from './client-certificate.ts';
import { TokenKey } from './json-web-token.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import { readStaticTokens, StaticTokens } from './static-tokens.ts';
import { issueServiceAccountToken } from './token-issuer.ts';
import { anonymous } from './user.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = new TokenKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const store = new MemoryStore();
const clock = new FakeClock();
const secret = 'a-long-enough-secret';
const authenticator = new Authenticator({
  staticTokens: new StaticTokens([{ token: secret, user: 'system:kube-scheduler', groups: ['g'] }]),
  serviceAccountTokens: new ServiceAccountTokens(store, clock, key),
});

test('nothing presented is anonymous, and so are schemes other than Bearer', async () => {
  for (const authorization of [undefined, '', 'Basic YTpi', 'Bearerx y'])
    assert.equal(await authenticator.authenticate({ authorization }), anonymous);
});

test('a bearer token that does not hold is a 401, never anonymous', async () => {
  for (const authorization of [
    'Bearer x',
    'Bearer',
    'Bearer   ',
    'bearer x',
    `Bearer ${secret}x`,
    'Bearer a.b.c',
  ])
    await assert.rejects(
      authenticator.authenticate({ authorization }),
      status(401, 'Unauthorized'),
      authorization,
    );
});

test('a static token gives its user, the same object every time', async () => {
  const first = await authenticator.authenticate({ authorization: `Bearer ${secret}` });
  assert.deepEqual(first, { name: 'system:kube-scheduler', groups: ['g', 'system:authenticated'] });
  assert.equal(await authenticator.authenticate({ authorization: `bearer  ${secret} ` }), first);
});

test('a service account’s token is accepted', async () => {
  await put(store, 'serviceaccounts/a/app');
  const { status: issued } = issueServiceAccountToken(
    { store, clock, key },
    { namespace: 'a', name: 'app', request: {} },
  );
  const user = await authenticator.authenticate({ authorization: `Bearer ${issued?.token}` });
  assert.equal(user.name, 'system:serviceaccount:a:app');
});

test('a client certificate names user and groups, and goes before a token', async () => {
  const clientCertificate = { commonName: 'bob', organizations: ['devs', 'devs'] };
  const user = await authenticator.authenticate({ clientCertificate, authorization: 'Bearer wrong' });
  assert.deepEqual(user, { name: 'bob', groups: ['devs', 'system:authenticated'] });
  assert.equal(await authenticator.authenticate({ clientCertificate: { ...clientCertificate } }), user);
});

test('a certificate without exactly one common name names nobody', () => {
  const peer = (subject: object) => clientCertificateOf({ subject } as PeerCertificate);
  assert.deepEqual(peer({ CN: 'bob', O: 'devs' }), { commonName: 'bob', organizations: ['devs'] });
  assert.deepEqual(peer({ CN: 'bob', O: ['a', 'b'] }), { commonName: 'bob', organizations: ['a', 'b'] });
  assert.deepEqual(peer({ CN: 'bob' }), { commonName: 'bob', organizations: [] });
  assert.equal(peer({ O: 'devs' }), undefined);
  assert.equal(peer({ CN: ['bob', 'root'], O: 'devs' }), undefined);
  assert.equal(clientCertificateOf({} as PeerCertificate), undefined);
});

test('static tokens that are short, shared or nobody’s are refused', () => {
  assert.throws(() => new StaticTokens([{ token: 'short', user: 'x' }]), /at least 16 characters/);
  assert.throws(() => new StaticTokens([{ token: secret, user: '' }]), /needs a user/);
  const twice = [
    { token: secret, user: 'a' },
    { token: secret, user: 'b' },
  ];
  assert.throws(() => new StaticTokens(twice), /not unique/);
});

test('a tokens file that cannot be used is named, and its content is not', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'relevo-tokens-'));
  t.after(() => rm(dir, { recursive: true }));
  const file = join(dir, 'tokens.json');
  assert.equal((await readStaticTokens(file)).userOf(secret), undefined);
  await writeFile(file, `[{"token":"${secret}","user":"x"}]`);
  assert.equal((await readStaticTokens(file)).userOf(secret)?.name, 'x');
  await writeFile(file, `${secret}`);
  await assert.rejects(
    readStaticTokens(file),
    (error: Error) => error.message.includes(file) && !error.message.includes(secret),
  );
});
