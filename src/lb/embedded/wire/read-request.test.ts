import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookieOf, fieldOf, fieldsOf } from './fields.ts';
import { isMalformed, type RequestHead } from './heads.ts';
import { readRequestHead } from './read-request.ts';

const limits = { headBytes: 16_384, headers: 100 };

function read(text: string, own = limits) {
  return readRequestHead(Buffer.from(text, 'latin1'), own);
}

function good(text: string): RequestHead {
  const head = read(text);
  assert.ok(!isMalformed(head), JSON.stringify(head));
  return head;
}

function refused(text: string, own = limits): number {
  const head = read(text, own);
  assert.ok(isMalformed(head), `accepted: ${JSON.stringify(text)}`);
  return head.status;
}

const get = (fields: string, target = '/') => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n${fields}\r\n`;

test('a plain request is read', () => {
  const { marks: _, ...head } = good('GET /a/b?c=d&e HTTP/1.1\r\nHost: A.test:8080\r\nAccept: */*\r\n\r\n');
  assert.deepEqual(head, {
    ...{ text: 'GET /a/b?c=d&e HTTP/1.1\r\nHost: A.test:8080\r\nAccept: */*\r\n', minor: 1 },
    ...{ framing: { type: 'none' }, keepAlive: true, upgrade: undefined, hopByHop: [] },
    ...{ method: 'GET', target: '/a/b?c=d&e', path: '/a/b', query: '?c=d&e' },
    ...{ authority: 'A.test:8080', host: 'a.test', expectsContinue: false },
  });
});

test('one empty line before a request is tolerated', () => {
  assert.equal(good(`\r\n${get('')}`).text, get('').slice(0, -2));
});

const targets: readonly (readonly [target: string, path: string, query: string])[] = [
  ['/', '/', ''],
  ['/?', '/', '?'],
  ['/a?b?c', '/a', '?b?c'],
  ['//a//b', '//a//b', ''],
  ['/a;b=c/d;e', '/a;b=c/d;e', ''],
  ['/a%2Fb%2fc', '/a%2Fb%2fc', ''],
  ['/a%5cb', '/a%5cb', ''],
  ['/...', '/...', ''],
  ['/.well-known/a', '/.well-known/a', ''],
  ['/a..b/c.', '/a..b/c.', ''],
  ['/a%2eb', '/a%2eb', ''],
  ['/a/%2e%2e%2e', '/a/%2e%2e%2e', ''],
  ['/a?/../b', '/a', '?/../b'],
  ["/~a!$&'()*+,;=:@", "/~a!$&'()*+,;=:@", ''],
  ['/a|b^[c]', '/a|b^[c]', ''],
  ['/a?100%', '/a', '?100%'],
  ['/a?b={c}|`\\', '/a', '?b={c}|`\\'],
];
for (const [target, path, query] of targets) {
  test(`the target ${target} is kept as it is`, () => {
    const head = good(get('', target));
    assert.deepEqual([head.target, head.path, head.query], [target, path, query]);
  });
}

test('an absolute target gives path and authority', () => {
  const head = good('GET http://A.test:80/b?c HTTP/1.1\r\nHost: a.test\r\n\r\n');
  assert.deepEqual([head.target, head.path, head.query], ['/b?c', '/b', '?c']);
  assert.deepEqual([head.authority, head.host], ['A.test:80', 'a.test']);
  assert.equal(good('GET http://a.test HTTP/1.1\r\nHost: a.test\r\n\r\n').target, '/');
  assert.equal(good('GET http://a.test?b HTTP/1.1\r\nHost: a.test\r\n\r\n').target, '/?b');
  assert.equal(good('GET http://a.test/ HTTP/1.0\r\n\r\n').authority, 'a.test');
});

test('the asterisk is for OPTIONS, also when it comes as an absolute target', () => {
  assert.equal(good('OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n').target, '*');
  assert.equal(good('OPTIONS http://a.test HTTP/1.1\r\nHost: a.test\r\n\r\n').target, '*');
});

const hosts: readonly (readonly [string, string])[] = [
  ['a.test', 'a.test'],
  ['A.Test:8080', 'a.test'],
  ['a.test:', 'a.test'],
  ['127.0.0.1:80', '127.0.0.1'],
  ['[::1]', '[::1]'],
  ['[2001:DB8::1]:443', '[2001:db8::1]'],
  ['under_score.test', 'under_score.test'],
  ['a.test.', 'a.test.'],
];
for (const [value, host] of hosts) {
  test(`Host ${value} is ${host}`, () => {
    const head = good(`GET / HTTP/1.1\r\nHost:\t ${value} \t\r\n\r\n`);
    assert.deepEqual([head.authority, head.host], [value, host]);
  });
}

test('HTTP/1.0 needs no Host', () => {
  const head = good('GET / HTTP/1.0\r\n\r\n');
  assert.deepEqual([head.minor, head.authority, head.host], [0, '', '']);
});

test('who goes on with the connection: HTTP/1.1 unless it says close, HTTP/1.0 only if it says so', () => {
  const keeps = (version: string, fields: string) =>
    good(`GET / HTTP/${version}\r\nHost: a.test\r\n${fields}\r\n`).keepAlive;
  assert.equal(keeps('1.1', ''), true);
  assert.equal(keeps('1.1', 'Connection: close\r\n'), false);
  assert.equal(keeps('1.1', 'Connection: Keep-Alive, CLOSE\r\n'), false);
  assert.equal(keeps('1.1', 'Connection: x\r\nConnection: close\r\n'), false);
  assert.equal(keeps('1.0', ''), false);
  assert.equal(keeps('1.0', 'Connection: Keep-Alive\r\n'), true);
  assert.equal(keeps('1.0', 'Connection: keep-alive, close\r\n'), false);
});

test('names in Connection are hop by hop; empty elements of the list are not counted', () => {
  assert.deepEqual(good(get('Connection: keep-alive, X-A ,, x-b,\r\n')).hopByHop, ['x-a', 'x-b']);
});

test('bodies: by length, in chunks, none', () => {
  const framing = (fields: string) => good(get(fields)).framing;
  assert.deepEqual(framing(''), { type: 'none' });
  assert.deepEqual(framing('Content-Length: 0\r\n'), { type: 'length', bytes: 0 });
  assert.deepEqual(framing('content-LENGTH:\t12 \r\n'), { type: 'length', bytes: 12 });
  assert.deepEqual(framing('Content-Length: 007\r\n'), { type: 'length', bytes: 7 });
  assert.deepEqual(framing('Transfer-Encoding: Chunked\r\n'), { type: 'chunked' });
});

test('an upgrade is one protocol that Connection names, and neither HTTP nor TLS', () => {
  const upgrade = (value: string, connection = 'Upgrade', version = '1.1') =>
    good(`GET / HTTP/${version}\r\nHost: a.test\r\nConnection: ${connection}\r\nUpgrade: ${value}\r\n\r\n`)
      .upgrade;
  assert.equal(upgrade('websocket'), 'websocket');
  assert.equal(upgrade('WebSocket', 'keep-alive, Upgrade'), 'WebSocket');
  assert.equal(upgrade('SPDY/3.1'), 'SPDY/3.1');
  assert.equal(upgrade('websocket', 'close'), undefined);
  assert.equal(upgrade('websocket', 'Upgrade', '1.0'), undefined);
  assert.equal(upgrade('websocket, h2c'), undefined);
  assert.equal(upgrade('h2c', 'Upgrade, HTTP2-Settings'), undefined);
  assert.equal(upgrade('TLS/1.0'), undefined);
  assert.equal(upgrade('HTTP/2.0'), undefined);
  assert.equal(
    good(get('Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n')).upgrade,
    undefined,
  );
});

test('100-continue is expected of HTTP/1.1 only', () => {
  assert.equal(good(get('Expect: 100-Continue\r\n')).expectsContinue, true);
  assert.equal(good('POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n').expectsContinue, false);
});

test('fields are found by name in any case, whole names only', () => {
  const head = good(
    get('Accept-Language: es\r\nACCEPT: \ttext/html \r\nX-A: \xa0b\xa0\r\nX-A:\r\nx-a: c\r\n'),
  );
  assert.equal(fieldOf(head, 'accept'), 'text/html');
  assert.equal(fieldOf(head, 'Accept-Language'), 'es');
  assert.equal(fieldOf(head, 'Accept-'), undefined);
  assert.deepEqual(fieldsOf(head, 'x-a'), ['\xa0b\xa0', '', 'c']);
});

test('several Cookie fields are one', () => {
  assert.equal(cookieOf(good(get('Cookie: a=b\r\ncookie: c=d\r\n'))), 'a=b; c=d');
  assert.equal(cookieOf(good(get(''))), undefined);
});

test('limits: 414 for the line, 431 for the rest, and what is within them is read', () => {
  const own = { headBytes: 200, headers: 3 };
  assert.equal(refused(get('', `/${'a'.repeat(200)}`), own), 414);
  assert.equal(refused(get(`X: ${'a'.repeat(200)}\r\n`), own), 431);
  assert.equal(refused(get('X: a\r\n'.repeat(3)), own), 431);
  assert.ok(!isMalformed(read(get('X: a\r\n'.repeat(2)), own)));
  const exact = get(`X: ${'a'.repeat(200 - get('X: \r\n').length)}\r\n`);
  assert.equal(exact.length, 200);
  assert.ok(!isMalformed(read(exact, own)));
});

test('bytes above 127 in values are passed on', () => {
  assert.equal(fieldOf(good(get('X: caf\xc3\xa9\r\n')), 'x'), 'caf\xc3\xa9');
});
