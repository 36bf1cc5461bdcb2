// What we accept, another reader has to understand in the same way: node's own parser, behind a real socket. It may refuse what we accept.

import assert from 'node:assert/strict';
import { createServer, METHODS, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { BodyReader } from './body-reader.ts';
import { Dechunker } from './dechunker.ts';
import { forwardRequest } from './forward-request.ts';
import { findHeadEnd } from './head-end.ts';
import { isMalformed, type RequestHead } from './heads.ts';
import { Peer } from './peer.ts';
import { readRequestHead } from './read-request.ts';

interface Seen {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly body: string;
}

let server: Server;
/** What the server sees, in the order in which it came; undefined while a body goes on. */
let seen: (Seen | undefined)[] = [];

before(async () => {
  server = createServer(async (request, response) => {
    const own = seen;
    const place = own.push(undefined) - 1;
    const { method = '', url = '', headers } = request;
    const body = (await buffer(request).catch(() => undefined))?.toString('latin1');
    if (body === undefined) return;
    own[place] = { method, target: url, host: headers.host ?? '', body };
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

after(() => new Promise((resolve) => server.close(resolve)));

/** What the server makes of these bytes, and nothing more: then the connection is closed. */
async function asServerReads(bytes: Buffer): Promise<Seen[]> {
  seen = [];
  await new Promise<void>((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
  return seen.filter((one) => one !== undefined);
}

interface Read {
  readonly head: RequestHead;
  readonly body: Buffer;
  readonly rest: Buffer;
}

/** Undefined: refused, or not whole. */
function read(bytes: Buffer): Read | undefined {
  const headEnd = findHeadEnd(bytes, 0);
  if (headEnd < 0) return undefined;
  const head = readRequestHead(bytes.subarray(0, headEnd), { headBytes: 16_384, headers: 100 });
  if (isMalformed(head)) return undefined;
  const reader = new BodyReader(head.framing);
  const end = reader.read(bytes, headEnd);
  return reader.done ? { head, body: bytes.subarray(headEnd, end), rest: bytes.subarray(end) } : undefined;
}

function payloadOf({ head, body }: Read): string {
  if (head.framing.type !== 'chunked') return body.toString('latin1');
  const pieces = new Dechunker().push(body)?.payload ?? [];
  return Buffer.concat(pieces).toString('latin1');
}

const peer = new Peer({ address: '192.0.2.1', scheme: 'http', port: 80, trusted: false });

function forwarded({ head, body }: Read): Buffer {
  const text = forwardRequest(head, { peer, requestId: 'r', keepAlive: true, hostIfNone: 'none.test' });
  return Buffer.concat([Buffer.from(text, 'latin1'), body]);
}

const last = Buffer.from('GET /last HTTP/1.1\r\nHost: last.test\r\nConnection: close\r\n\r\n');
const lastSeen: Seen = { method: 'GET', target: '/last', host: 'last.test', body: '' };

/** A request that is good, and what may be put into it or in place of a part of it. */
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND');
const targets = fc.constantFrom(
  '/',
  '/a?b=c',
  '//a;b/%2F',
  'http://a.test/x?y',
  'http://A.test',
  '/a/%2e%2e/b',
  '*',
);
const versions = fc.constantFrom('1.1', '1.1', '1.1', '1.0');
const bodies = fc.constantFrom(
  ...['', 'Content-Length: 0\r\n|', 'Content-Length: 5\r\n|hello', 'content-length:\t5 \r\n|hello'],
  ...[
    'Transfer-Encoding: chunked\r\n|5\r\nhello\r\n0\r\n\r\n',
    'Transfer-Encoding:CHUNKED\r\n|0\r\nX: y\r\n\r\n',
  ],
  ...['Transfer-Encoding: chunked\r\n|2;a="b c"\r\n\r\n\r\n00a\r\n0\r\n\r\nGET /\r\n0\r\n\r\n'],
);
const extras = fc.array(
  fc.constantFrom(
    ...[
      'Accept: */*',
      'X:',
      'Connection: keep-alive',
      'Connection: X-A, TE',
      'X-A: b',
      'TE: trailers',
      'Cookie: a=b',
    ],
    ...[
      'Connection: close, Upgrade',
      'Upgrade: h2c',
      'X-Forwarded-For: 1.2.3.4',
      'Expect: 100-continue',
      'X: \xe9',
    ],
    ...['Keep-Alive: timeout=5', 'Proxy-Connection: close', 'Upgrade: foo/2'],
  ),
  { maxLength: 4 },
);
const nasty = fc.constantFrom(
  ...[
    '\r',
    '\n',
    '\r\n',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '\x0b',
    '\x0c',
    '\xa0',
    '\xff',
    '0',
    '5',
    '_',
    '-',
    '"',
    '\\',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 44\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: x\r\n',
  ],
  ...[
    'Host: b.test\r\n',
    'Connection: Content-Length\r\n',
    '\r\n\r\n',
    'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  ],
);
const strokes = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 3 }),
    put: nasty,
  }),
  { maxLength: 2 },
);

const goodRequest = fc
  .record({ method: methods, target: targets, version: versions, body: bodies, fields: extras })
  .map(({ method, target, version, body, fields }) => {
    const [framing = '', payload = ''] = body.split('|');
    const lines = fields.map((field) => `${field}\r\n`).join('');
    return `${method} ${target} HTTP/${version}\r\nHost: a.test\r\n${lines}${framing}\r\n${payload}`;
  });

const anyRequest = fc.tuple(goodRequest, strokes).map(([request, marks]) => {
  let text = request;
  for (const { at, cut, put } of marks) {
    const index = Math.floor(at * text.length);
    text = text.slice(0, index) + put + text.slice(index + cut);
  }
  return Buffer.from(text, 'latin1');
});

test('what a server gets of us is one request: the one that we read, with the same body', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(anyRequest, async (bytes) => {
      const ours = read(bytes);
      // Methods that node does not know it refuses, and behind an upgrade it reads no more requests: neither says anything.
      if (ours === undefined || !METHODS.includes(ours.head.method) || ours.head.upgrade !== undefined)
        return;
      accepted += 1;
      const { method, target, authority } = ours.head;
      const [theirs, ...others] = await asServerReads(Buffer.concat([forwarded(ours), last]));
      assert.deepEqual(theirs, { method, target, host: authority || 'none.test', body: payloadOf(ours) });
      assert.deepEqual(others, [lastSeen]);
    }),
    { numRuns: 400 },
  );
  assert.ok(accepted > 20, `only ${accepted} were accepted`);
});

test('what we accept, another reader of the same bytes understands in the same way, or refuses', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (bytes) => {
      const ours = read(bytes);
      if (ours === undefined) return;
      const alone = bytes.subarray(0, bytes.length - ours.rest.length);
      const theirs = await asServerReads(alone);
      assert.ok(theirs.length <= 1, 'it saw more than one request');
      for (const { method, target, body } of theirs) {
        assert.deepEqual([method, originForm(method, target)], [ours.head.method, ours.head.target]);
        assert.equal(body, payloadOf(ours));
      }
    }),
    { numRuns: 400 },
  );
});

function originForm(method: string, target: string): string {
  const rest = target.replace(/^http:\/\/[^/?]*/i, '');
  if (rest === '') return method === 'OPTIONS' ? '*' : '/';
  return rest;
}
