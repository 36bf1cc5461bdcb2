// What we accept of servers, another reader has to understand in the same way: node's own client, behind a real socket.

import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { BodyReader } from './body-reader.ts';
import { Dechunker } from './dechunker.ts';
import { forwardResponse, mustDechunk } from './forward-response.ts';
import { findHeadEnd } from './head-end.ts';
import { isMalformed, type ResponseHead } from './heads.ts';
import { readResponseHead } from './read-response.ts';

let server: Server;
/** What the server answers, whatever it is asked; then it closes the connection. */
let answer: Buffer = Buffer.alloc(0);

before(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

after(() => new Promise((resolve) => server.close(resolve)));

interface Seen {
  readonly status: number;
  readonly body: string;
}

/** Undefined: refused. */
function asClientReads(method: string, bytes: Buffer): Promise<Seen | undefined> {
  answer = bytes;
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: false });
    const { port } = server.address() as AddressInfo;
    const asked = request({ host: '127.0.0.1', port, method, agent, path: '/' }, async (response) => {
      const body = (await buffer(response).catch(() => undefined))?.toString('latin1');
      resolve(body === undefined ? undefined : { status: response.statusCode ?? 0, body });
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

interface Read {
  readonly head: ResponseHead;
  readonly body: Buffer;
}

/** Undefined: refused, or cut short. 1xx is not what this test is about. */
function read(method: string, bytes: Buffer): Read | undefined {
  const headEnd = findHeadEnd(bytes, 0);
  if (headEnd < 0) return undefined;
  const head = readResponseHead(bytes.subarray(0, headEnd), method);
  if (isMalformed(head) || head.status < 200) return undefined;
  const reader = new BodyReader(head.framing);
  const end = reader.read(bytes, headEnd);
  return reader.mayEndHere ? { head, body: bytes.subarray(headEnd, end) } : undefined;
}

function payloadOf({ head, body }: Read): Buffer {
  if (head.framing.type !== 'chunked') return body;
  return Buffer.concat(new Dechunker().push(body)?.payload ?? []);
}

function forwarded(ours: Read, clientMinor: 0 | 1): Buffer {
  const text = forwardResponse(ours.head, { clientMinor, keepAlive: true });
  const body = mustDechunk(ours.head, clientMinor) ? payloadOf(ours) : ours.body;
  return Buffer.concat([Buffer.from(text, 'latin1'), body]);
}

const methods = fc.constantFrom('GET', 'GET', 'POST', 'HEAD');
const lines = fc.constantFrom(
  ...['HTTP/1.1 200 OK', 'HTTP/1.1 200 ', 'HTTP/1.0 200 OK', 'HTTP/1.1 404 Not Found', 'HTTP/1.1 500 \xe9'],
  ...['HTTP/1.1 204 No Content', 'HTTP/1.1 304 Not Modified'],
);
const bodies = fc.constantFrom(
  ...[
    '',
    '|until the end',
    'Content-Length: 0\r\n|',
    'Content-Length: 5\r\n|hello',
    'content-length: 05\r\n|hello',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n|5\r\nhello\r\n0\r\n\r\n',
    'Transfer-Encoding:CHUNKED\r\n|0\r\nX: y\r\n\r\n',
  ],
  ...['Transfer-Encoding: chunked\r\n|2;a="b c"\r\n\r\n\r\n00a\r\n0\r\n\r\nHTTP/\r\n0\r\n\r\n'],
);
const extras = fc.array(
  fc.constantFrom(
    ...[
      'Server: x',
      'X:',
      'Connection: keep-alive',
      'Connection: X-A',
      'X-A: b',
      'Connection: close',
      'X: \xe9',
    ],
    ...[
      'Keep-Alive: timeout=5',
      'Set-Cookie: a=b',
      'X-Relevo-Outcome: sorry',
      'Connection: transfer-encoding',
    ],
  ),
  { maxLength: 4 },
);
const strokes = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 3 }),
    put: fc.constantFrom(
      ...['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ',', ';', '\x0b', '\xa0', '0', '5', '_', '-', '\r\n\r\n'],
      ...['Content-Length: 5\r\n', 'Content-Length: 44\r\n', 'Transfer-Encoding: chunked\r\n'],
    ),
  }),
  { maxLength: 2 },
);

const anyAnswer = fc.tuple(lines, extras, bodies, strokes).map(([line, fields, body, marks]) => {
  const [framing = '', payload = ''] = body.split('|');
  let text = `${line}\r\n${fields.map((field) => `${field}\r\n`).join('')}${framing}\r\n${payload}`;
  for (const { at, cut, put } of marks) {
    const index = Math.floor(at * text.length);
    text = text.slice(0, index) + put + text.slice(index + cut);
  }
  return Buffer.from(text, 'latin1');
});

test('what a client gets of us is the answer that we read, with the same body, for either version', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      methods,
      anyAnswer,
      fc.constantFrom(0 as const, 1 as const),
      async (method, bytes, minor) => {
        const ours = read(method, bytes);
        if (ours === undefined) return;
        accepted += 1;
        const expected = { status: ours.head.status, body: payloadOf(ours).toString('latin1') };
        assert.deepEqual(await asClientReads(method, forwarded(ours, minor)), expected);
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(accepted > 20, `only ${accepted} were accepted`);
});

test('what we accept of a server, another reader of the same bytes understands in the same way, or refuses', async () => {
  await fc.assert(
    fc.asyncProperty(methods, anyAnswer, async (method, bytes) => {
      const ours = read(method, bytes);
      const theirs = ours === undefined ? undefined : await asClientReads(method, bytes);
      if (ours === undefined || theirs === undefined) return;
      assert.deepEqual(theirs, { status: ours.head.status, body: payloadOf(ours).toString('latin1') });
    }),
    { numRuns: 400 },
  );
});
