import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderRule } from '../../model.ts';
import { believedRequestId } from './fields.ts';
import { forwardRequest, type RequestEdits } from './forward-request.ts';
import { isMalformed, type RequestHead } from './heads.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { readRequestHead } from './read-request.ts';

function read(text: string): RequestHead {
  const head = readRequestHead(Buffer.from(text, 'latin1'), { headBytes: 16_384, headers: 100 });
  assert.ok(!isMalformed(head), JSON.stringify(head));
  return head;
}

const peerOf = (options: Partial<PeerOptions> = {}) =>
  new Peer({ address: '192.0.2.7', scheme: 'http', port: 80, trusted: false, ...options });

function forward(text: string, edits: Partial<RequestEdits> = {}): string[] {
  const all = { peer: peerOf(), requestId: 'id-1', keepAlive: true, hostIfNone: '10.0.0.1:8080', ...edits };
  const lines = forwardRequest(read(text), all).split('\r\n');
  assert.deepEqual(lines.splice(-2), ['', ''], 'it ends in an empty line');
  return lines;
}

const get = (fields: string) => `GET /a?b HTTP/1.1\r\nHost: a.test\r\n${fields}\r\n`;
const forwarded = [
  ...['X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 80'],
  ...['X-Forwarded-Host: a.test', 'Forwarded: for=192.0.2.7;host=a.test;proto=http', 'X-Request-Id: id-1'],
];

test('what came is passed on as it came, and the peer is named', () => {
  assert.deepEqual(forward(get('aCCept:  */*\r\nX: caf\xe9\r\n')), [
    ...['GET /a?b HTTP/1.1', 'Host: a.test', 'aCCept:  */*', 'X: caf\xe9', ...forwarded],
  ]);
});

test('what is for one connection only is not passed on', () => {
  const fields =
    'Connection: close, X-Hop\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\nTE: trailers\r\nx-hop: a\r\n' +
    'X-Hops: b\r\nUpgrade: h2c\r\n';
  assert.deepEqual(forward(get(fields)), ['GET /a?b HTTP/1.1', 'Host: a.test', 'X-Hops: b', ...forwarded]);
});

test('the framing stands in one line of our own', () => {
  const framing = (fields: string) => forward(get(fields)).slice(2 + forwarded.length);
  assert.deepEqual(framing('content-length:\t005\r\n'), ['Content-Length: 5']);
  assert.deepEqual(framing('Content-Length: 0\r\n'), ['Content-Length: 0']);
  assert.deepEqual(framing('TRANSFER-encoding:\tChunked \r\n'), ['Transfer-Encoding: chunked']);
});

test('a request of HTTP/1.0 becomes one of HTTP/1.1, with a Host', () => {
  const lines = forward('GET / HTTP/1.0\r\nAccept: */*\r\n\r\n');
  assert.deepEqual(lines.slice(0, 2), ['GET / HTTP/1.1', 'Accept: */*']);
  assert.ok(lines.includes('Host: 10.0.0.1:8080'));
  assert.ok(lines.includes('Forwarded: for=192.0.2.7;proto=http'));
  assert.ok(!lines.some((line) => line.startsWith('X-Forwarded-Host')));
});

test('an absolute target becomes a path, and its authority the Host', () => {
  const lines = forward('GET http://A.test:80/b HTTP/1.1\r\nHost: a.test\r\n\r\n');
  assert.equal(lines[0], 'GET /b HTTP/1.1');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('Host')),
    ['Host: A.test:80'],
  );
});

test('a rewritten path keeps its query; the asterisk stays', () => {
  assert.equal(forward(get(''), { path: '/x%2Fy' })[0], 'GET /x%2Fy?b HTTP/1.1');
  assert.equal(forward('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', { path: '/x' })[0], 'OPTIONS * HTTP/1.1');
});

const lies =
  'X-Forwarded-For: 10.9.9.9\r\nx-forwarded-proto: https\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Host: evil.test\r\n' +
  'X-Forwarded-Prefix: /p\r\nForwarded: for=10.9.9.9\r\nX-Request-Id: theirs\r\n';

test('what a stranger says of others is replaced', () => {
  assert.deepEqual(forward(get(lies)), ['GET /a?b HTTP/1.1', 'Host: a.test', ...forwarded]);
  assert.equal(believedRequestId(read(get(lies)), peerOf()), undefined);
});

test('what CGI would take for a field of ours is left out', () => {
  const text = get(
    'X_Forwarded_For: 10.9.9.9\r\nx-forwarded_user: a\r\nX_Request_Id: b\r\nSome_Thing: c\r\n',
  );
  assert.deepEqual(forward(text), ['GET /a?b HTTP/1.1', 'Host: a.test', 'Some_Thing: c', ...forwarded]);
});

test('what a trusted proxy says is kept, and the proxy is added', () => {
  const peer = peerOf({ trusted: true });
  assert.deepEqual(forward(get(`${lies}X-Forwarded-For: 10.8.8.8\r\n`), { peer }), [
    ...['GET /a?b HTTP/1.1', 'Host: a.test', 'x-forwarded-proto: https', 'X-Forwarded-Port: 443'],
    ...['X-Forwarded-Host: evil.test', 'X-Forwarded-Prefix: /p'],
    'X-Forwarded-For: 10.9.9.9, 10.8.8.8, 192.0.2.7',
    'Forwarded: for=10.9.9.9, for=192.0.2.7;host=a.test;proto=http',
    'X-Request-Id: id-1',
  ]);
  assert.deepEqual(forward(get(''), { peer }), ['GET /a?b HTTP/1.1', 'Host: a.test', ...forwarded]);
});

test('the request id of a trusted proxy is believed if it is one', () => {
  const peer = peerOf({ trusted: true });
  const believed = (fields: string) => believedRequestId(read(get(fields)), peer);
  assert.equal(believed('X-Request-Id: abc\r\n'), 'abc');
  assert.equal(believed('X-Request-Id: a b\r\n'), undefined);
  assert.equal(believed(`X-Request-Id: ${'a'.repeat(129)}\r\n`), undefined);
  assert.equal(believed('X-Request-Id:\r\n'), undefined);
});

test('IPv6 is quoted in Forwarded, IPv4 in IPv6 is IPv4, a zone is nobody else’s concern', () => {
  const lines = (address: string, scheme: 'http' | 'https') =>
    peerOf({ address, scheme, port: 443 }).fieldsFor('a.test:8443').split('\r\n');
  assert.equal(
    lines('2001:db8::1', 'https')[4],
    'Forwarded: for="[2001:db8::1]";host="a.test:8443";proto=https',
  );
  assert.equal(lines('::ffff:192.0.2.1', 'http')[0], 'X-Forwarded-For: 192.0.2.1');
  assert.equal(lines('fe80::1%eth0', 'http')[0], 'X-Forwarded-For: fe80::1');
});

test('one peer asks for several hosts', () => {
  const peer = peerOf();
  const host = (name: string) => peer.fieldsFor(name).split('\r\n')[3];
  assert.deepEqual(['a', 'b', 'a'].map(host), [
    'X-Forwarded-Host: a',
    'X-Forwarded-Host: b',
    'X-Forwarded-Host: a',
  ]);
});

test('cookies are replaced, taken out or left', () => {
  const text = get('Cookie: a=b\r\nAccept: */*\r\ncookie: c=d\r\n');
  const cookies = (cookie?: string | null) =>
    forward(text, { cookie }).filter((line) => /^cookie/i.test(line));
  assert.deepEqual(cookies('a=x'), ['Cookie: a=x']);
  assert.deepEqual(cookies(null), []);
  assert.deepEqual(cookies(), ['Cookie: a=b', 'cookie: c=d']);
});

test('rules set, add and remove, in their order, but touch no framing', () => {
  const rules: HeaderRule[] = [
    { action: 'set', name: 'X-Set', value: 'new' },
    { action: 'add', name: 'X-Add', value: 'more' },
    { action: 'remove', name: 'X-Gone' },
    { action: 'add', name: 'X-Late', value: 'lost' },
    { action: 'remove', name: 'x-late' },
    { action: 'set', name: 'Content-Length', value: '100' },
    { action: 'remove', name: 'Transfer-Encoding' },
    { action: 'set', name: 'Connection', value: 'close' },
    { action: 'remove', name: 'Host' },
    { action: 'remove', name: 'X-Request-Id' },
    { action: 'set', name: 'X.Y', value: 'a\r\nb\u010Ac' },
    { action: 'set', name: 'bad name', value: 'a' },
  ];
  const text = get(
    'x-SET: old\r\nX-Settle: a\r\nX-Add: a\r\nX-Gone: b\r\nX-gone:\r\nXZY: b\r\nContent-Length: 3\r\n',
  );
  for (let twice = 0; twice < 2; twice += 1) {
    assert.deepEqual(forward(text, { rules }), [
      ...['GET /a?b HTTP/1.1', 'Host: a.test', 'X-Settle: a', 'X-Add: a', 'XZY: b'],
      ...forwarded.slice(0, -1),
      ...['X-Set: new', 'X-Add: more', 'X.Y: a  b\xc4\x8ac', 'Content-Length: 3'],
    ]);
  }
});

test('Host can be set by a rule', () => {
  const rules: HeaderRule[] = [{ action: 'set', name: 'Host', value: 'inner.test' }];
  const hosts = forward(get(''), { rules }).filter((line) => line.startsWith('Host'));
  assert.deepEqual(hosts, ['Host: inner.test']);
});

test('an upgrade is passed on, and Connection with it', () => {
  const fields = 'Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  assert.deepEqual(forward(get(fields)).slice(-2), ['Connection: Upgrade', 'Upgrade: websocket']);
});

test('the server is told when its connection is not to go on', () => {
  assert.equal(forward(get(''), { keepAlive: false }).at(-1), 'Connection: close');
});

test('Expect is passed on, or taken out when it was answered', () => {
  const text = get('Expect: 100-continue\r\nContent-Length: 3\r\n');
  assert.ok(forward(text).includes('Expect: 100-continue'));
  assert.ok(!forward(text, { withoutExpect: true }).includes('Expect: 100-continue'));
  assert.ok(!forward(text.replace('HTTP/1.1', 'HTTP/1.0')).includes('Expect: 100-continue'));
});
