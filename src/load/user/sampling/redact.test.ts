import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecret, namesSecret, redacted, safeUrl, secretsInHead } from './redact.ts';

const none = new Map<string, string>();

test('what authorizes and cookies are hidden, whatever their case', () => {
  const text = 'GET / HTTP/1.1\r\nauthorization: Basic abc\r\nCookie: a=1; b=2\r\nAccept: */*';
  assert.equal(redacted(text, none), 'GET / HTTP/1.1\r\nauthorization: ***\r\nCookie: ***\r\nAccept: */*');
  assert.equal(
    redacted('HTTP/1.1 200 OK\r\nSet-Cookie: s=1; Path=/', none),
    'HTTP/1.1 200 OK\r\nSet-Cookie: ***',
  );
});

test('passwords are hidden in queries, forms and JSON', () => {
  assert.equal(
    redacted('POST /login?user=ann&password=x1 HTTP/1.1', none),
    'POST /login?user=ann&password=*** HTTP/1.1',
  );
  assert.equal(redacted('\r\n\r\nuser=ann&passwd=x&next=%2F', none), '\r\n\r\nuser=ann&passwd=***&next=%2F');
  assert.equal(redacted('{"name":"ann", "apiKey" : "a\\"b"}', none), '{"name":"ann", "apiKey" : "***"}');
});

test('values of variables with such names are hidden wherever they stand', () => {
  const variables = new Map([
    ['password', 's3cr=t x'],
    ['name', 'annette'],
    ['pwd', 'ab'],
  ]);
  const text = 'annette s3cr=t x, s3cr%3Dt%20x, s3cr%3Dt+x ab';
  assert.equal(redacted(text, variables), 'annette ***, ***, *** ab');
});

test('an address keeps everything but passwords', () => {
  assert.equal(safeUrl('http://h/a?q=1&token=abc#x'), 'http://h/a?q=1&token=***');
  assert.equal(safeUrl('http://h/a?q=1'), 'http://h/a?q=1');
  assert.equal(safeUrl('http://h/token=abc'), 'http://h/token=abc');
});

test('an address loses the password before its host', () => {
  assert.equal(safeUrl('http://bob:hunter2@h/a'), 'http://***@h/a');
  assert.equal(redacted('see http://bob:hunter2@h/a.', none), 'see http://***@h/a.');
  assert.equal(safeUrl('http://h/a@b:c@d'), 'http://h/a@b:c@d');
});

test('what a request authorizes itself with is known, so that it can be found in answers', () => {
  const secrets = secretsInHead(
    'GET / HTTP/1.1\r\nAuthorization: Bearer abcdefghij\r\nCookie: a=1; sid=qwertzuiop',
  );
  assert.equal(redacted('you are abcdefghij, qwertzuiop, a=1', none, secrets), 'you are ***, ***, a=1');
});

test('any header that is called like a secret is hidden, and no other', () => {
  const text = 'GET / HTTP/1.1\r\nX-Token: abc\r\nX-Api-Key: def\r\nHost: h:81\r\nX-Author: me';
  assert.equal(
    redacted(text, none),
    'GET / HTTP/1.1\r\nX-Token: ***\r\nX-Api-Key: ***\r\nHost: h:81\r\nX-Author: me',
  );
});

test('names tell what is a secret', () => {
  for (const name of ['password', 'Authorization', 'set-cookie', 'api_key', 'userToken', 'contraseña'])
    assert.ok(isSecret(name), name);
  for (const name of ['Accept', 'cookies', 'cookieJar', 'path', 'user', 'url'])
    assert.ok(!isSecret(name), name);
  assert.ok(namesSecret('/login/${user}/${password}'));
  assert.ok(!namesSecret('/login/${user}'));
});
