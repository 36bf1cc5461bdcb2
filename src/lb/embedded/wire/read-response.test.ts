import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMalformed, type ResponseHead } from './heads.ts';
import { readResponseHead } from './read-response.ts';

const read = (text: string, method = 'GET') => readResponseHead(Buffer.from(text, 'latin1'), method);

function good(text: string, method?: string): ResponseHead {
  const head = read(text, method);
  assert.ok(!isMalformed(head), JSON.stringify(head));
  return head;
}

test('a plain answer is read', () => {
  const text = 'HTTP/1.1 200 All right\r\nContent-Length: 5\r\n';
  const { marks: _, ...head } = good(`${text}\r\n`);
  assert.deepEqual(head, {
    ...{ text, minor: 1, framing: { type: 'length', bytes: 5 }, keepAlive: true, upgrade: undefined },
    ...{ hopByHop: [], status: 200, reason: 'All right', keepAliveMs: undefined },
  });
});

test('a reason may be missing, with its space or without', () => {
  assert.equal(good('HTTP/1.1 200 \r\n\r\n').reason, '');
  assert.equal(good('HTTP/1.1 404\r\n\r\n').status, 404);
  assert.equal(good('HTTP/1.1 404\r\n\r\n').reason, '');
});

const framings: readonly (readonly [status: string, method: string, fields: string, expected: string])[] = [
  ['200 OK', 'GET', '', 'close'],
  ['200 OK', 'GET', 'Content-Length: 0\r\n', 'length'],
  ['200 OK', 'GET', 'Transfer-Encoding: chunked\r\n', 'chunked'],
  ['200 OK', 'HEAD', 'Content-Length: 5\r\n', 'none'],
  ['200 OK', 'HEAD', 'Transfer-Encoding: chunked\r\n', 'none'],
  ['200 OK', 'HEAD', '', 'none'],
  ['204 No Content', 'GET', '', 'none'],
  ['204 No Content', 'GET', 'Content-Length: 0\r\n', 'none'],
  ['304 Not Modified', 'GET', 'Content-Length: 5\r\n', 'none'],
  ['100 Continue', 'POST', '', 'none'],
  ['103 Early Hints', 'GET', 'Link: </a>\r\n', 'none'],
];
for (const [status, method, fields, expected] of framings) {
  test(`the body of ${status} to ${method} with ${fields.trim() || 'nothing'}: ${expected}`, () => {
    assert.equal(good(`HTTP/1.1 ${status}\r\n${fields}\r\n`, method).framing.type, expected);
  });
}

test('the connection goes on where both the version and the framing allow it', () => {
  const keeps = (version: string, fields: string) =>
    good(`HTTP/${version} 200 OK\r\n${fields}\r\n`).keepAlive;
  assert.equal(keeps('1.1', 'Content-Length: 1\r\n'), true);
  assert.equal(keeps('1.1', ''), false);
  assert.equal(keeps('1.1', 'Content-Length: 1\r\nConnection: close\r\n'), false);
  assert.equal(keeps('1.0', 'Content-Length: 1\r\n'), false);
  assert.equal(keeps('1.0', 'Content-Length: 1\r\nConnection: keep-alive\r\n'), true);
});

test('how long the server keeps an idle connection', () => {
  const ms = (value: string) => good(`HTTP/1.1 200 OK\r\nKeep-Alive: ${value}\r\n\r\n`).keepAliveMs;
  assert.equal(ms('timeout=5, max=100'), 5_000);
  assert.equal(ms('max=100,timeout=15'), 15_000);
  assert.equal(ms('timeout=x'), undefined);
});

test('101 names its protocol', () => {
  const head = good('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  assert.equal(head.upgrade, 'websocket');
  assert.equal(good('HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n').upgrade, undefined);
});

test('what the server names in Connection is hop by hop, but for what the client needs', () => {
  const head = good('HTTP/1.1 200 OK\r\nConnection: X-Hop, Set-Cookie, transfer-encoding\r\n\r\n');
  assert.deepEqual(head.hopByHop, ['x-hop']);
});

const ok = (fields: string) => `HTTP/1.1 200 OK\r\n${fields}\r\n`;
const malformed: Readonly<Record<string, string>> = {
  garbage: 'SSH-2.0-OpenSSH\r\n\r\n',
  'HTTP/2.0': 'HTTP/2.0 200 OK\r\n\r\n',
  ICY: 'ICY 200 OK\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  'a status of no class': 'HTTP/1.1 999 No\r\n\r\n',
  'a control character in the reason': 'HTTP/1.1 200 O\x00K\r\n\r\n',
  'a bare CR in the reason': 'HTTP/1.1 200 O\rK\r\n\r\n',
  'two lengths': ok('Content-Length: 1\r\nContent-Length: 1\r\n'),
  'a list of lengths': ok('Content-Length: 1, 1\r\n'),
  'a length that is none': ok('Content-Length: 1x\r\n'),
  'a length with chunks': ok('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'),
  'chunks twice': ok('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  'an unknown coding': ok('Transfer-Encoding: gzip, chunked\r\n'),
  'chunks in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  'a folded field': ok('X: a\r\n b\r\n'),
  'a space before the colon': ok('Content-Length : 1\r\n'),
  'a bare LF': ok('X: a\nContent-Length: 1\r\n'),
  'a bare CR': ok('X: a\rb\r\n'),
  'a field without a colon': ok('X\r\n'),
  '101 without Upgrade': 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  '101 in HTTP/1.0': 'HTTP/1.0 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n',
};
for (const [name, text] of Object.entries(malformed)) {
  test(`an answer with ${name} is 502`, () => {
    const head = read(text);
    assert.ok(isMalformed(head));
    assert.equal(head.status, 502);
  });
}
