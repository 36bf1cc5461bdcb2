import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { eventually } from '../../../tests/support/eventually.ts';
import { certificates, startHttp } from '../../../tests/support/http-world.ts';
import { testCertificates } from '../../../tests/support/test-certificates.ts';
import { type ApiRequest, jsonResponse, textResponse } from '../request.ts';
import { ListenError } from './listener.ts';

const post = (path: string, body: string, headers = '') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;

test('method, raw path, query, headers and body arrive as they were sent', async (t) => {
  let seen: ApiRequest | undefined;
  const { connect } = await startHttp(t, async (request) => {
    seen = request;
    return jsonResponse(201, await request.body());
  });
  const client = await connect();
  client.write(
    post(
      '/api//v1/%2e%2e/./x?a=1&b=%20c',
      '{"not": json ñ',
      'Impersonate-Group: a,b\r\nimpersonate-group: c\r\n',
    ),
  );
  const { status, headers, body } = await client.answer();
  assert.equal(status, 201);
  assert.deepEqual(JSON.parse(body.toString()), { kind: 'text', text: '{"not": json ñ' });
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['cache-control'], 'no-cache, private');
  assert.match(headers['audit-id'] ?? '', /^[0-9a-f-]{36}$/);
  assert.ok(Date.parse(headers.Date ?? ''));
  assert.equal(seen?.method, 'POST');
  assert.equal(seen?.path, '/api//v1/%2e%2e/./x');
  assert.deepEqual(
    [...(seen?.query ?? [])],
    [
      ['a', '1'],
      ['b', ' c'],
    ],
  );
  assert.equal(seen?.header('host'), 'x');
  assert.deepEqual(
    [...(seen?.headerValues('impersonate-') ?? [])],
    [
      ['impersonate-group', 'a,b'],
      ['impersonate-group', 'c'],
    ],
  );
});

test('a request target in absolute form reaches the handler unchanged', async (t) => {
  const { connect } = await startHttp(t, ({ path }) => textResponse(200, path));
  const client = await connect();
  assert.equal((await client.get('http://x/api')).body.toString(), 'http://x/api');
  assert.equal((await client.get('//api/../v1')).body.toString(), '//api/../v1');
});

test('only HTTP/1.1 is spoken, whatever the client would like', async (t) => {
  const { connect } = await startHttp(t, () => textResponse(200, 'ok'));
  assert.equal((await connect()).socket.alpnProtocol, 'http/1.1');
});

test('a certificate of the cluster’s authority names the caller, another one is marked as refused', async (t) => {
  const { connect } = await startHttp(t, ({ clientCertificate, clientCertificateRefused }) =>
    jsonResponse(200, { clientCertificate, clientCertificateRefused }),
  );
  const stranger = (await testCertificates()).client;
  const answers = [undefined, certificates.client, stranger].map(async (identity) => {
    const client = await connect(identity);
    return JSON.parse((await client.get('/')).body.toString());
  });
  assert.deepEqual(await Promise.all(answers), [
    { clientCertificateRefused: false },
    {
      clientCertificate: { commonName: 'tester', organizations: [] },
      clientCertificateRefused: false,
    },
    { clientCertificateRefused: true },
  ]);
});

test('HEAD has the headers of the answer and no body', async (t) => {
  const { connect } = await startHttp(t, ({ method }) => textResponse(200, method));
  const client = await connect();
  client.write('HEAD /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  const { headers } = await client.answer(false);
  assert.equal(headers['content-length'], '4');
  assert.equal((await client.get('/')).body.toString(), 'GET');
});

test('large answers are compressed for those who accept it, small ones are not', async (t) => {
  const large = 'ñ'.repeat(200_000);
  const { connect } = await startHttp(t, ({ path }) =>
    textResponse(200, path === '/large' ? large : 'small'),
  );
  const client = await connect();
  const gzip = 'accept-encoding: deflate, gzip\r\n';
  const compressed = await client.get('/large', gzip);
  assert.equal(compressed.headers['content-encoding'], 'gzip');
  assert.equal(compressed.headers.vary, 'accept-encoding');
  assert.equal(gunzipSync(compressed.body).toString(), large);
  assert.equal((await client.get('/small', gzip)).headers['content-encoding'], undefined);
  for (const accepted of ['', 'accept-encoding: gzip;q=0\r\n', 'accept-encoding: xgzip\r\n']) {
    const plain = await client.get('/large', accepted);
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(plain.body.toString(), large);
  }
});

test('a text in chunks is sent as one', async (t) => {
  const { connect } = await startHttp(t, () => ({
    kind: 'payload',
    status: 200,
    payload: { text: () => ['{"items":[', '"ñ"', ']}'], value: () => undefined },
  }));
  const client = await connect();
  assert.deepEqual(JSON.parse((await client.get('/')).body.toString()), { items: ['ñ'] });
});

test('a warning with any text in it neither breaks the answer nor adds a header', async (t) => {
  const warning = '299 - "ñandú 日本\r\nx-evil: 1"';
  const { connect } = await startHttp(t, () => jsonResponse(200, { name: 'ñ' }, { warning }));
  const { headers, body } = await (await connect()).get('/');
  assert.equal(Buffer.from(headers.warning ?? '', 'latin1').toString(), '299 - "ñandú 日本  x-evil: 1"');
  assert.deepEqual(JSON.parse(body.toString()), { name: 'ñ' });
});

test('pipelined requests are served one after the other, in their order', async (t) => {
  const begun: string[] = [];
  let release = () => {};
  const { connect } = await startHttp(t, async ({ path }) => {
    begun.push(path);
    if (path === '/1') await new Promise<void>((resolve) => (release = resolve));
    return textResponse(200, path);
  });
  const client = await connect();
  client.write([1, 2, 3].map((n) => `GET /${n} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''));
  await eventually(() => begun.length > 0);
  const other = await connect();
  await other.get('/other');
  assert.deepEqual(begun, ['/1', '/other']);
  release();
  const bodies = [await client.answer(), await client.answer(), await client.answer()];
  assert.deepEqual(
    bodies.map(({ body }) => body.toString()),
    ['/1', '/2', '/3'],
  );
});

test('a client that goes away aborts its request', async (t) => {
  let seen: ApiRequest | undefined;
  const { connect } = await startHttp(
    t,
    (request) => {
      seen = request;
      return new Promise(() => {});
    },
    { limits: { closeGraceMs: 1 } },
  );
  const client = await connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const { signal } = await eventually(() => seen);
  assert.equal(signal.aborted, false);
  client.socket.destroy();
  await eventually(() => signal.aborted);
});

test('the signal of a request whose caller left before anyone asked is aborted', async (t) => {
  let seen: ApiRequest | undefined;
  const { connect, server } = await startHttp(t, (request) => {
    seen = request;
    return textResponse(200, 'ok');
  });
  const client = await connect();
  await client.get('/');
  client.socket.destroy();
  await server.close();
  assert.equal(seen?.signal.aborted, true);
});

test('closing lets a request in flight finish and refuses new connections', async (t) => {
  let release = () => {};
  let begun = false;
  const { connect, server } = await startHttp(t, async () => {
    begun = true;
    await new Promise<void>((resolve) => (release = resolve));
    return textResponse(200, 'done');
  });
  const client = await connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await eventually(() => begun);
  const closing = server.close();
  await assert.rejects(connect(), /ECONNREFUSED|ECONNRESET/);
  release();
  const { body, headers } = await client.answer();
  assert.equal(body.toString(), 'done');
  assert.equal(headers.Connection, 'close');
  await closing;
  await server.close();
  await assert.rejects(server.listen({ host: '127.0.0.1', port: 0 }), /closed/);
});

test('closing does not wait for ever', async (t) => {
  let begun = false;
  const { connect, server } = await startHttp(
    t,
    () => {
      begun = true;
      return new Promise(() => {});
    },
    { limits: { closeGraceMs: 10 } },
  );
  const client = await connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await eventually(() => begun);
  await server.close();
  await client.untilClosed();
});

test('a port in use is refused with a clear error, a second address is served alike', async (t) => {
  const { server, port, connect } = await startHttp(t, () => textResponse(200, 'ok'));
  await assert.rejects(
    server.listen({ host: '127.0.0.1', port }),
    (error) =>
      error instanceof ListenError &&
      error.code === 'EADDRINUSE' &&
      error.message === `cannot listen on 127.0.0.1 port ${port}: the port is in use`,
  );
  const second = await server.listen({ host: '127.0.0.1', port: 0 });
  assert.notEqual(second.port, port);
  assert.equal((await (await connect()).get('/')).status, 200);
});

test('a failure in making the answer closes the connection and nothing else', async (t) => {
  const { connect } = await startHttp(t, ({ path }) => {
    if (path === '/fine') return textResponse(200, 'ok');
    const text = () => {
      throw new Error('broken');
    };
    return { kind: 'payload', status: 200, payload: { text, value: text } };
  });
  const client = await connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  if (!client.closed) await once(client.socket, 'close');
  assert.equal((await (await connect()).get('/fine')).status, 200);
});
