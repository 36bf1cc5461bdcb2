import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientGoesOn, forwardResponse, mustDechunk, type ResponseEdits } from './forward-response.ts';
import { isMalformed, type ResponseHead } from './heads.ts';
import { readResponseHead } from './read-response.ts';

function read(text: string, method = 'GET'): ResponseHead {
  const head = readResponseHead(Buffer.from(text, 'latin1'), method);
  assert.ok(!isMalformed(head), JSON.stringify(head));
  return head;
}

function forward(text: string, edits: Partial<ResponseEdits> = {}, method = 'GET'): string[] {
  const lines = forwardResponse(read(text, method), { clientMinor: 1, keepAlive: true, ...edits }).split(
    '\r\n',
  );
  assert.deepEqual(lines.splice(-2), ['', ''], 'it ends in an empty line');
  return lines;
}

const ok = (fields: string) => `HTTP/1.1 200 OK\r\n${fields}\r\n`;

test('what came is passed on as it came', () => {
  assert.deepEqual(forward(ok('x-A:  b\r\nContent-Length: 5\r\nETag: "c"\r\n')), [
    ...['HTTP/1.1 200 OK', 'x-A:  b', 'ETag: "c"', 'Content-Length: 5'],
  ]);
});

test('what is for one connection only, and what only we may say, is not passed on', () => {
  const fields =
    'Connection: X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: a\r\nX-Relevo-Outcome: sorry\r\nProxy-Connection: close\r\n' +
    'Upgrade: h2c\r\nContent-Length: 0\r\n';
  assert.deepEqual(forward(ok(fields)), ['HTTP/1.1 200 OK', 'Content-Length: 0']);
});

test('answers are of HTTP/1.1, and always have a space behind the status', () => {
  assert.equal(forward('HTTP/1.0 404 Not Found\r\n\r\n')[0], 'HTTP/1.1 404 Not Found');
  assert.equal(forward('HTTP/1.1 200\r\nX: a\r\n\r\n')[0], 'HTTP/1.1 200 ');
});

test('who is told what becomes of the connection', () => {
  const last = (text: string, edits: Partial<ResponseEdits>) => forward(text, edits).at(-1);
  const counted = ok('Content-Length: 1\r\n');
  assert.equal(last(counted, {}), 'Content-Length: 1');
  assert.equal(last(counted, { keepAlive: false }), 'Connection: close');
  assert.equal(last(counted, { clientMinor: 0 }), 'Connection: keep-alive');
  assert.equal(last(ok(''), {}), 'Connection: close');
});

test('chunks are for HTTP/1.1; an older client gets their payload until the connection ends', () => {
  const text = ok('Transfer-Encoding: chunked\r\n');
  assert.deepEqual(forward(text), ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked']);
  assert.deepEqual(forward(text, { clientMinor: 0 }), ['HTTP/1.1 200 OK', 'Connection: close']);
  assert.deepEqual([mustDechunk(read(text), 0), mustDechunk(read(text), 1)], [true, false]);
  assert.deepEqual([clientGoesOn(read(text), 0), clientGoesOn(read(text), 1)], [false, true]);
});

test('answers without a body keep the length that they tell of, where they may', () => {
  assert.ok(forward(ok('Content-Length: 5\r\n'), {}, 'HEAD').includes('Content-Length: 5'));
  assert.ok(forward('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n').includes('Content-Length: 5'));
  assert.deepEqual(forward('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n'), [
    'HTTP/1.1 204 No Content',
  ]);
});

test('1xx says nothing of the connection, but for 101', () => {
  assert.deepEqual(forward('HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n', { keepAlive: false }), [
    'HTTP/1.1 100 Continue',
  ]);
  const switching =
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nX: a\r\n\r\n';
  assert.deepEqual(forward(switching), [
    ...['HTTP/1.1 101 Switching Protocols', 'X: a', 'Connection: Upgrade', 'Upgrade: websocket'],
  ]);
});

test('cookies: ours comes with the others, theirs can be rewritten', () => {
  const text = ok('Set-Cookie: a=1; Path=/\r\nX: b\r\nset-cookie: c=2\r\nContent-Length: 0\r\n');
  const edits = {
    insertCookie: 'SRV=x; Path=/',
    rewriteCookie: (value: string) => value.replace('=', '=s~'),
  };
  assert.deepEqual(forward(text, edits), [
    ...[
      'HTTP/1.1 200 OK',
      'X: b',
      'Set-Cookie: a=s~1; Path=/',
      'Set-Cookie: c=s~2',
      'Set-Cookie: SRV=x; Path=/',
    ],
    'Content-Length: 0',
  ]);
});

const locations: readonly (readonly [came: string, goes: string])[] = [
  ['http://10.1.0.4:8080/a?b', 'https://www.test/a?b'],
  ['HTTP://10.1.0.4:8080', 'https://www.test'],
  ['https://Inner.test/a', 'https://www.test/a'],
  ['//inner.test/a', 'https://www.test/a'],
  ['http://inner.test?a', 'https://www.test?a'],
  ['http://inner.test#a', 'https://www.test#a'],
  ['http://inner.test.evil.test/a', 'http://inner.test.evil.test/a'],
  ['http://inner.test@evil.test/', 'http://inner.test@evil.test/'],
  ['http://10.1.0.4:80801/a', 'http://10.1.0.4:80801/a'],
  ['/a', '/a'],
  ['a?b=http://inner.test/', 'a?b=http://inner.test/'],
];
for (const [came, goes] of locations) {
  test(`Location ${came} goes to the client as ${goes}`, () => {
    const location = { from: ['10.1.0.4:8080', 'inner.test'], to: 'https://www.test', here: 'www.test' };
    const text = `HTTP/1.1 302 Found\r\nLocation: ${came}\r\nContent-Length: 0\r\n\r\n`;
    const found = forward(text, { location }).filter((line) => line.startsWith('Location'));
    assert.deepEqual(found, [`Location: ${goes}`]);
  });
}

const mappedLocations: readonly (readonly [came: string, goes: string])[] = [
  ['/login?a=/b', '/shop/login?a=/b'],
  ['login', 'login'],
  ['/shop/login', '/shop/login'],
  ['http://10.1.0.4:8080/login', 'https://www.test/shop/login'],
  ['http://10.1.0.4:8080', 'https://www.test/shop'],
  ['http://WWW.test/login', 'http://WWW.test/shop/login'],
  ['//www.test/login', '//www.test/shop/login'],
  ['https://other.test/login', 'https://other.test/login'],
  ['//other.test/login', '//other.test/login'],
];
for (const [came, goes] of mappedLocations) {
  test(`Location ${came} of an application under a rewritten path goes to the client as ${goes}`, () => {
    const path = { outside: '/shop', inside: '' };
    const location = { from: ['10.1.0.4:8080'], to: 'https://www.test', here: 'www.test', path };
    const text = `HTTP/1.1 302 Found\r\nLocation: ${came}\r\nContent-Length: 0\r\n\r\n`;
    const found = forward(text, { location }).filter((line) => line.startsWith('Location'));
    assert.deepEqual(found, [`Location: ${goes}`]);
  });
}

test('rules apply to what the server sent', () => {
  const rules = [
    { action: 'set', name: 'Server', value: 'none' },
    { action: 'remove', name: 'X-Powered-By' },
    { action: 'remove', name: 'Content-Length' },
  ] as const;
  const text = ok('server: nginx\r\nX-Powered-By: a\r\nContent-Length: 3\r\n');
  assert.deepEqual(forward(text, { rules }), ['HTTP/1.1 200 OK', 'Server: none', 'Content-Length: 3']);
});
