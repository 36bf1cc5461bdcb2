import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { loadRequest } from '../../../tests/support/load/load-request.ts';
import { challengesOf } from './challenge.ts';
import { authorizationFor } from './credentials.ts';
import { digestAuthorization, digestChallenge } from './digest.ts';

// RFC 7616 3.9.1.
const challenges = [
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
];
const mufasa = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

function answerTo(headers: readonly string[], request = mufasa): string {
  const challenge = digestChallenge(challengesOf(headers));
  assert.ok(challenge !== undefined);
  return digestAuthorization(challenge, request);
}

test('the answers of RFC 7616 3.9.1 come out, SHA-256 and MD5', () => {
  const common =
    'Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ';
  const rest =
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"';
  assert.equal(
    answerTo(challenges),
    `${common}response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, ${rest}`,
  );
  assert.equal(
    answerTo(challenges.slice(1)),
    `${common}response="8ca523f5e9506fed4657c9700eebdbec", algorithm=MD5, ${rest}`,
  );
});

// With the values of erratum 4897: those of the RFC are of an early draft of SHA-512/256.
test('the user of RFC 7616 3.9.2 is hashed where the server asks for it', () => {
  const header =
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true';
  const answer = answerTo([header], {
    user: 'J\u00e4s\u00f8n Doe',
    password: 'Secret, or not?',
    method: 'GET',
    uri: '/doe.json',
    count: 1,
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  });
  assert.match(
    answer,
    /^Digest username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", /,
  );
  assert.match(answer, /response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"/);
  assert.match(answer, /, userhash=true$/);
});

test('the answer of RFC 2617 3.5 comes out where there is no algorithm, and of RFC 2069 where there is no qop', () => {
  const base =
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
  const request = { ...mufasa, password: 'Circle Of Life', cnonce: '0a4f113b' };
  const answer = answerTo([`${base}, qop="auth,auth-int"`], request);
  assert.match(answer, /response="6629fae49393a05397450978507c4ef1"/);
  assert.doesNotMatch(answer, /algorithm/);
  const old = answerTo([base], request);
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const expected = md5(
    `${md5('Mufasa:testrealm@host.com:Circle Of Life')}:dcd98b7102dd2f0e8b11d0f600bfb0c093:${md5('GET:/dir/index.html')}`,
  );
  assert.ok(old.includes(`response="${expected}"`));
  assert.doesNotMatch(old, /qop|cnonce/);
});

test('session variants take nonce and cnonce into the secret, and the count goes up in hexadecimal', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const answer = answerTo(['Digest realm="r", nonce="n", qop=auth, algorithm=MD5-sess'], {
    ...mufasa,
    count: 26,
    cnonce: 'c',
  });
  const secret = md5(`${md5('Mufasa:r:Circle of Life')}:n:c`);
  assert.ok(
    answer.includes(`response="${md5(`${secret}:n:0000001a:c:auth:${md5('GET:/dir/index.html')}`)}"`),
  );
  assert.ok(answer.includes('nc=0000001a'));
});

test('challenges are told apart in one header and in several, with quotes, commas and spaces', () => {
  const told = challengesOf([
    'Newauth realm="apps", type=1,  title="Login to \\"apps\\", please", Basic realm="simple"',
    '',
    ', Negotiate , Digest nonce = "a=b, c" ,stale=TRUE',
  ]).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
  assert.deepEqual(told, [
    ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps", please' }],
    ['basic', { realm: 'simple' }],
    ['negotiate', {}],
    ['digest', { nonce: 'a=b, c', stale: 'TRUE' }],
  ]);
});

test('challenges that cannot be answered are passed over', () => {
  const of = (...headers: string[]) => digestChallenge(challengesOf(headers));
  assert.equal(of('Basic realm="x"'), undefined);
  assert.equal(of('Digest realm="x"'), undefined);
  assert.equal(of('Digest nonce="x", algorithm=SHA-1024'), undefined);
  assert.equal(of('Digest nonce="x", qop="auth-int"'), undefined);
  assert.equal(of('Digest nonce="x", algorithm=SHA-1024', 'Digest nonce="y"')?.nonce, 'y');
  assert.equal(of('Digest nonce="x", stale=true')?.isStale, true);
});

test('credentials are for URLs that begin with theirs, but not for hosts that only look alike', () => {
  const has = (url: string, changes: Parameters<typeof loadRequest>[1]) =>
    authorizationFor(
      loadRequest(80, {
        host: 'shop.example',
        authorizations: [{ url, user: 'u', password: 'p', realm: '', mechanism: 'basic' }],
        ...changes,
      }),
    ) !== undefined;
  assert.ok(has('', {}));
  assert.ok(has('http://shop.example', {}));
  assert.ok(has('http://shop.example:80/pri', { target: '/private' }));
  assert.ok(has('http://shop.example', { port: 8080 }));
  assert.ok(!has('http://shop.example', { host: 'shop.example.elsewhere.example' }));
  assert.ok(!has('http://shop.example/private', { target: '/' }));
  assert.ok(!has('https://shop.example', {}));
});
