// What clients do that they should not: too much, too slowly, half, or not HTTP at all.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { type RawClient, startHttp } from '../../../tests/support/http-world.ts';
import { unauthorized } from '../../api/status.ts';
import { type ApiRequest, jsonResponse, textResponse } from '../request.ts';

const limits = { bodyBytes: 1_000_000, headersTimeoutMs: 200, requestTimeoutMs: 300, pipelinedRequests: 10 };

const echoLength = async (request: { body(): Promise<unknown> }) =>
  jsonResponse(200, JSON.stringify(await request.body()).length);

async function message(client: RawClient): Promise<[status: number, message: string]> {
  const { status, body } = await client.answer();
  return [status, JSON.parse(body.toString()).message];
}

test('a body that is announced as too large is refused before it is read', async (t) => {
  const { connect } = await startHttp(t, echoLength, { limits });
  const client = await connect();
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000001\r\n\r\n');
  assert.deepEqual(await message(client), [413, 'Request entity too large: limit is 1000000']);
});

test('a body of chunks that becomes too large is refused, and its sender sees the answer', async (t) => {
  const { connect } = await startHttp(t, echoLength, { limits });
  const client = await connect();
  client.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  for (let n = 0; n < 40; n++) client.write(chunk);
  client.write('0\r\n\r\n');
  assert.deepEqual(await message(client), [413, 'Request entity too large: limit is 1000000']);
  await client.untilClosed();
});

test('a body of exactly the limit is taken', async (t) => {
  const { connect } = await startHttp(t, echoLength, { limits });
  const client = await connect();
  client.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}`);
  assert.equal((await client.answer()).status, 200);
});

test('whoever may not ask hears so without sending a large body to the end', async (t) => {
  const { connect } = await startHttp(
    t,
    () => {
      throw unauthorized();
    },
    { limits },
  );
  const client = await connect();
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\nx');
  assert.deepEqual(await message(client), [401, 'Unauthorized']);
  await client.untilClosed();
});

test('Expect: 100-continue is answered only when the body is wanted', async (t) => {
  const { connect } = await startHttp(t, echoLength, { limits });
  const client = await connect();
  const head = (length: number) =>
    `POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;
  client.write(head(4));
  assert.equal((await client.answer(false)).status, 100);
  client.write('body');
  assert.equal((await client.answer()).status, 200);
  client.write(head(1_000_001));
  assert.equal((await client.answer()).status, 413);
});

test('a body that is broken off rejects what waits for it', async (t) => {
  let waiting = false;
  let failure: unknown;
  const { connect } = await startHttp(t, async (request) => {
    const body = request.body();
    waiting = true;
    throw await body.catch((error: unknown) => {
      failure = error;
      return error;
    });
  });
  const client = await connect();
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
  await eventually(() => waiting);
  client.socket.end();
  await eventually(() => failure);
  assert.match(String(failure), /broken off/);
});

test('a body that was broken off before anybody asked for it rejects all the same', async (t) => {
  let request: ApiRequest | undefined;
  const { connect } = await startHttp(
    t,
    (arrived) => {
      request = arrived;
      return new Promise(() => {});
    },
    { limits: { closeGraceMs: 1 } },
  );
  const client = await connect();
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
  await eventually(() => request);
  client.socket.end();
  await eventually(() => request?.signal.aborted);
  await assert.rejects(async () => request?.body(), /broken off/);
});

test('closing does not wait for who has connected and says nothing', async (t) => {
  const { server, port } = await startHttp(t, echoLength, { limits: { handshakeTimeoutMs: 1_000_000 } });
  const socket = connectTcp(port, '127.0.0.1');
  socket.resume().on('error', () => {});
  await once(socket, 'connect');
  await server.close();
  await eventually(() => socket.destroyed);
});

for (const [what, sent] of [
  ['sends its headers too slowly', 'GET / HTTP/1.1\r\nx-a: 1\r\n'],
  ['sends nothing at all', ''],
  ['sends its body too slowly', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nx'],
] as const) {
  test(`a client that ${what} is closed`, async (t) => {
    const { connect } = await startHttp(t, echoLength, { limits });
    const client = await connect();
    client.write(sent);
    await client.untilClosed();
    if (!sent.startsWith('POST')) assert.match(client.received, /^HTTP\/1\.1 408 /);
  });
}

test('a client that never begins its handshake is closed', async (t) => {
  const { port } = await startHttp(t, echoLength, { limits: { handshakeTimeoutMs: 50 } });
  const socket = connectTcp(port, '127.0.0.1');
  socket.resume().on('error', () => {});
  await eventually(() => socket.destroyed);
});

for (const [what, sent, status] of [
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n', 400],
  ['a target with a space', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n', 400],
  [
    'two Content-Lengths',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
    400,
  ],
  [
    'a Content-Length with chunks',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  [
    'a bad chunk size',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n+1\r\nx\r\n0\r\n\r\n',
    400,
  ],
  ['a folded header', 'GET / HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n 2\r\n\r\n', 400],
  ['a bare line feed', 'GET / HTTP/1.1\nhost: x\n\n', 400],
  ['a bare carriage return', 'GET / HTTP/1.1\r\nhost: x\r\nx-a: 1\rx-b: 2\r\n\r\n', 400],
  ['a blank before the colon', 'GET / HTTP/1.1\r\nhost: x\r\nauthorization : Bearer x\r\n\r\n', 400],
  ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
] as const) {
  test(`${what} is refused with ${status} and the connection closed`, async (t) => {
    let served = 0;
    const { connect } = await startHttp(t, async (request) => {
      await request.body();
      served++;
      return textResponse(200, 'served');
    });
    const client = await connect();
    client.write(sent);
    await client.untilClosed();
    assert.match(client.received, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal(served, 0);
    assert.equal((await (await connect()).get('/')).status, 200);
  });
}

test('no header is dropped, however many there are', async (t) => {
  const { connect } = await startHttp(t, (request) =>
    jsonResponse(200, [...request.headerValues('x')].length),
  );
  const client = await connect();
  const many = 'x: y\r\n'.repeat(5_000);
  assert.equal((await client.get('/', many)).body.toString(), '5000');
});

test('garbage behind a request that is being answered ends the connection without a second answer', async (t) => {
  let begun = false;
  const { connect } = await startHttp(
    t,
    () => {
      begun = true;
      return new Promise(() => {});
    },
    { limits: { closeGraceMs: 1 } },
  );
  const client = await connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await eventually(() => begun);
  client.write('garbage\r\n\r\n');
  await client.untilClosed();
  assert.equal(client.received, '');
});

test('requests piled up on one connection are cut off', async (t) => {
  let begun = 0;
  const { connect } = await startHttp(
    t,
    () => {
      begun++;
      return new Promise(() => {});
    },
    { limits: { ...limits, closeGraceMs: 1 } },
  );
  const client = await connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(12));
  await client.untilClosed();
  assert.equal(begun, 1);
});

test('a client that stops reading a large answer is closed', async (t) => {
  let signal: AbortSignal | undefined;
  const { connect } = await startHttp(
    t,
    (request) => {
      signal = request.signal;
      return textResponse(200, 'x'.repeat(50_000_000));
    },
    { limits: { stallTimeoutMs: 50 } },
  );
  const client = await connect();
  client.socket.pause();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await eventually(() => signal?.aborted);
  client.socket.resume();
  await client.untilClosed();
  assert.ok(client.received.length < 50_000_000);
});
