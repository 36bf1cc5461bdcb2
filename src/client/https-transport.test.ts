import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { testCertificates } from '../../tests/support/test-certificates.ts';
import type { WatchEvent } from '../api/object.ts';
import { expired, StatusError } from '../api/status.ts';
import { HttpsTransport, type HttpsTransportOptions } from './https-transport.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function setUp(
  t: TestContext,
  listener: RequestListener,
  options: Partial<HttpsTransportOptions> = {},
): Promise<HttpsTransport> {
  const server = createServer(listener);
  const port = await listen(server);
  const transport = new HttpsTransport({ server: `http://127.0.0.1:${port}`, ...options });
  t.after(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const event = (name: string) =>
  ({ type: 'ADDED', object: { kind: 'Pod', apiVersion: 'v1', metadata: { name } } }) as unknown as WatchEvent;
const watchRequest = { method: 'GET', path: '/api/v1/pods', query: { watch: 'true' } } as const;

test('method, path, query, headers and body arrive; JSON comes back parsed, text as it is', async (t) => {
  const transport = await setUp(
    t,
    async (request, response) => {
      if (request.method === 'GET') return void response.end('ok');
      const { url, headers } = request;
      const { 'content-type': type, authorization } = headers;
      answer(response, 201, { url, type, authorization, sent: JSON.parse(await bodyOf(request)) });
    },
    { token: 'secret' },
  );
  const { status, body } = await transport.request({
    method: 'PATCH',
    path: '/api/v1/x',
    query: { a: 'b c', none: undefined },
    contentType: 'application/merge-patch+json',
    body: { ñ: 1 },
  });
  assert.equal(status, 201);
  assert.deepEqual(body, {
    url: '/api/v1/x?a=b%20c',
    type: 'application/merge-patch+json',
    authorization: 'Bearer secret',
    sent: { ñ: 1 },
  });
  assert.equal((await transport.request({ method: 'GET', path: '/healthz' })).body, 'ok');
});

test('an error status is an answer, a refused connection is a rejection', async (t) => {
  const transport = await setUp(t, (_, response) => answer(response, 503, { kind: 'Status' }));
  assert.equal((await transport.request({ method: 'GET', path: '/' })).status, 503);
  const nobody = new HttpsTransport({ server: 'http://127.0.0.1:1' });
  await assert.rejects(nobody.request({ method: 'GET', path: '/' }), /ECONNREFUSED/);
  await nobody.close();
});

test('events arrive in order however the bytes are cut', async (t) => {
  const lines = ['a', 'ñandú', 'c'].map((name) => `${JSON.stringify(event(name))}\n`).join('');
  const bytes = Buffer.from(lines);
  const transport = await setUp(t, (_, response) => {
    const send = (at: number): void => {
      if (at >= bytes.length) response.end();
      else response.write(bytes.subarray(at, at + 7), () => setImmediate(send, at + 7));
    };
    send(0);
  });
  const names: string[] = [];
  const stream = await transport.watch(watchRequest, ({ object }) => names.push(object.metadata.name));
  await stream.done;
  assert.deepEqual(names, ['a', 'ñandú', 'c']);
});

test('a refused watch rejects with the status of the server', async (t) => {
  const transport = await setUp(t, (_, response) => answer(response, 410, expired('too old').status));
  await assert.rejects(
    transport.watch(watchRequest, () => {}),
    (error) => error instanceof StatusError && error.reason === 'Expired',
  );
});

test('a stream cut in the middle rejects, one that is closed here resolves and delivers nothing more', async (t) => {
  let cut = () => {};
  const transport = await setUp(t, (_, response) => {
    response.write(`${JSON.stringify(event('a'))}\n`);
    cut = () => response.destroy();
  });
  const seen: string[] = [];
  const note = ({ object }: WatchEvent) => void seen.push(object.metadata.name);
  const broken = await transport.watch(watchRequest, note);
  await eventually(() => seen.length === 1);
  cut();
  await assert.rejects(broken.done);
  const closed = await transport.watch(watchRequest, note);
  closed.close();
  closed.close();
  await closed.done;
});

test('half an event at the end of a stream is a broken stream', async (t) => {
  const transport = await setUp(t, (_, response) => void response.end('{"type":"ADD'));
  const stream = await transport.watch(watchRequest, () => {});
  await assert.rejects(stream.done, /in the middle of an event/);
});

test('a stream without a byte for too long counts as broken, one with bytes does not', async (t) => {
  const clock = new FakeClock();
  let write = () => {};
  const transport = await setUp(
    t,
    (_, response) => {
      response.flushHeaders();
      write = () => response.write(`${JSON.stringify(event('a'))}\n`);
    },
    { clock },
  );
  let seen = 0;
  const stream = await transport.watch(watchRequest, () => void seen++);
  clock.advance(59_000);
  write();
  await eventually(() => seen === 1);
  clock.advance(59_000);
  write();
  await eventually(() => seen === 2);
  clock.advance(60_000);
  await assert.rejects(stream.done, /silent for 60000 ms/);
  assert.equal(clock.pending, 0);
});

test('an aborted signal ends a request that waits', async (t) => {
  const transport = await setUp(t, () => {});
  const abort = new AbortController();
  const waiting = transport.request({ method: 'GET', path: '/', signal: abort.signal });
  abort.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});

test('closing the transport ends open watches', async (t) => {
  const transport = await setUp(t, (_, response) => response.flushHeaders());
  const stream = await transport.watch(watchRequest, () => {});
  await transport.close();
  await stream.done;
  await transport.close();
});

test('a renewed token file is used without a restart', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'relevo-'));
  t.after(() => rm(directory, { recursive: true }));
  const tokenFile = join(directory, 'token');
  const clock = new FakeClock();
  await writeFile(tokenFile, 'first\n');
  const transport = await setUp(t, ({ headers }, response) => answer(response, 200, headers.authorization), {
    tokenFile,
    clock,
  });
  const ask = async () => (await transport.request({ method: 'GET', path: '/' })).body;
  assert.equal(await ask(), 'Bearer first');
  await writeFile(`${tokenFile}.new`, 'second');
  await rename(`${tokenFile}.new`, tokenFile);
  assert.equal(await ask(), 'Bearer first');
  clock.advance(1_000);
  assert.equal(await ask(), 'Bearer second');
  await rm(tokenFile);
  clock.advance(1_000);
  assert.equal(await ask(), 'Bearer second');
});

test('the server must show a certificate of the given authority, the client may show its own', async (t) => {
  const { ca, server: serverPair, client: clientPair } = await testCertificates();
  const options = { ...serverPair, ca, requestCert: true, rejectUnauthorized: true };
  const server = createTlsServer(options, (request, response) => {
    const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
    answer(response, 200, subject.CN);
  });
  const port = await listen(server);
  const url = `https://127.0.0.1:${port}`;
  const ask = async (own: Partial<HttpsTransportOptions>) => {
    const transport = new HttpsTransport({ server: url, ...clientPair, ...own });
    try {
      return (await transport.request({ method: 'GET', path: '/' })).body;
    } finally {
      await transport.close();
    }
  };
  t.after(() => server.close());
  assert.equal(await ask({ ca }), 'tester');
  assert.equal(await ask({ insecureSkipTlsVerify: true }), 'tester');
  await assert.rejects(ask({}), /certificate/);
  await assert.rejects(ask({ ca, tlsServerName: 'elsewhere.test' }), /elsewhere\.test/);
});
