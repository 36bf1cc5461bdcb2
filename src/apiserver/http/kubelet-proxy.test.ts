import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { eventually } from '../../../tests/support/eventually.ts';
import { certificates, type HttpWorld, startHttp } from '../../../tests/support/http-world.ts';
import { testCertificates } from '../../../tests/support/test-certificates.ts';
import { unauthorized } from '../../api/status.ts';
import type { ApiRequest, ProxyTarget } from '../request.ts';
import type { HttpServerOptions } from './http-server.ts';

const { ca, server: own, client: identity } = certificates;

/** Grants upgrades with `upgrade`; answers everything else with `listener`. */
async function stubKubelet(
  t: TestContext,
  listener: RequestListener,
  upgrade?: (message: IncomingMessage, socket: Duplex, head: Buffer) => void,
  tls = own,
): Promise<number> {
  const server = createServer({ ...tls, ca, requestCert: true, rejectUnauthorized: true }, listener);
  if (upgrade) server.on('upgrade', upgrade);
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function proxying(
  t: TestContext,
  target: Partial<ProxyTarget> & { port: number },
  options: Partial<HttpServerOptions> = {},
): Promise<HttpWorld> {
  const full = { host: '127.0.0.1', path: '/containerLogs/default/web/web', query: 'follow=true', ...target };
  const kubeletTls = { ca, certificate: identity.cert, key: identity.key };
  return startHttp(t, () => ({ kind: 'proxy', target: full }), { kubeletTls, ...options });
}

const upgradeRequest = (method: string, protocol: string) =>
  `${method} /exec HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\nauthorization: Bearer secret\r\n` +
  'x-stream-protocol-version: v4.channel.k8s.io\r\nx-stream-protocol-version: v5.channel.k8s.io\r\ncontent-length: 0\r\n\r\n';

test('the kubelet sees the API server’s certificate, the target and the headers, but no credentials of the caller', async (t) => {
  let seen: IncomingMessage | undefined;
  let caller = '';
  const port = await stubKubelet(t, (message, response) => {
    seen = message;
    caller = (message.socket as TLSSocket).getPeerCertificate().subject.CN as string;
    response.writeHead(200, { 'content-type': 'text/plain', connection: 'x-hop', 'x-hop': '1' }).end('lines');
  });
  const client = await (await proxying(t, { port })).connect();
  const answer = await client.get(
    '/api/v1/x',
    'authorization: Bearer secret\r\nImpersonate-User: bob\r\ncookie: a=b\r\nconnection: x-own\r\nx-own: 1\r\nx-kept: 1\r\n',
  );
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'text/plain');
  assert.equal(answer.headers['x-hop'], undefined);
  assert.equal(caller, 'tester');
  assert.equal(seen?.url, '/containerLogs/default/web/web?follow=true');
  assert.equal(seen?.headers.host, `127.0.0.1:${port}`);
  assert.equal(seen?.headers['x-kept'], '1');
  for (const name of ['authorization', 'impersonate-user', 'cookie', 'x-own'])
    assert.equal(seen?.headers[name], undefined, name);
});

test('bodies stream both ways, and a log that is followed begins before it has a line', async (t) => {
  const port = await stubKubelet(t, (message, response) => {
    response.flushHeaders();
    message.on('data', (chunk) => response.write(`got ${chunk}`));
    message.on('end', () => response.end('end'));
  });
  const client = await (await proxying(t, { port })).connect();
  client.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  await client.until('HTTP/1.1 200');
  client.write('3\r\none\r\n');
  await client.until('got one');
  client.write('3\r\ntwo\r\n0\r\n\r\n');
  await client.until('got two');
  await client.until('0\r\n\r\n');
});

test('a client that goes away ends the kubelet’s request', async (t) => {
  let ended = false;
  const port = await stubKubelet(t, (message, response) => {
    message.once('close', () => {
      ended = true;
    });
    response.write('first');
  });
  const client = await (await proxying(t, { port })).connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await client.until('first');
  client.socket.destroy();
  await eventually(() => ended);
});

test('an answer that the kubelet breaks off is broken off for the client too', async (t) => {
  const port = await stubKubelet(t, (message, response) => {
    response.write('first', () => message.socket.destroy());
  });
  const client = await (await proxying(t, { port })).connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await client.untilClosed();
  assert.match(client.received, /first/);
  assert.doesNotMatch(client.received, /0\r\n\r\n$/);
});

for (const [method, protocol] of [
  ['POST', 'SPDY/3.1'],
  ['GET', 'websocket'],
] as const) {
  test(`an upgrade to ${protocol} becomes a tunnel`, async (t) => {
    let seen: IncomingMessage | undefined;
    let ended = false;
    const port = await stubKubelet(
      t,
      () => {},
      (message, socket) => {
        seen = message;
        const head =
          'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: x\r\nx-chosen: v5\r\n\r\n';
        socket.write(`${head}hello`);
        socket.on('data', (chunk) => socket.write(`echo ${chunk}`));
        socket.on('end', () => {
          ended = true;
          socket.end('bye');
        });
      },
    );
    const client = await (await proxying(t, { port })).connect();
    client.write(`${upgradeRequest(method, protocol)}early`);
    await client.until('hello');
    await client.until('echo early');
    assert.match(client.received, /^HTTP\/1\.1 101 [\s\S]*upgrade: x\r\nx-chosen: v5\r\n/);
    assert.equal(seen?.method, method);
    assert.equal(seen?.headers.upgrade, protocol);
    assert.equal(seen?.headers.authorization, undefined);
    assert.equal(seen?.headers['x-stream-protocol-version'], 'v4.channel.k8s.io, v5.channel.k8s.io');
    client.write(Buffer.from([0, 255, 10]));
    await client.until('echo \0');
    client.socket.end();
    await eventually(() => ended);
    await client.untilClosed();
  });
}

test('an upgrade that the kubelet refuses opens no tunnel: nothing sent behind it reaches the kubelet', async (t) => {
  const asked: (string | undefined)[] = [];
  const refuse: RequestListener = ({ url }, response) => {
    asked.push(url);
    response.writeHead(403, { 'content-length': 2 }).end('no');
  };
  const port = await stubKubelet(t, refuse);
  const client = await (await proxying(t, { port })).connect();
  client.write(
    `${upgradeRequest('GET', 'websocket')}GET /containerLogs/kube-system/x/x HTTP/1.1\r\nhost: x\r\n\r\n`,
  );
  assert.equal((await client.answer()).body.toString(), 'no');
  await client.untilClosed();
  assert.deepEqual(asked, ['/containerLogs/default/web/web?follow=true']);
});

test('an upgrade passes the gate like any request', async (t) => {
  let seen: ApiRequest | undefined;
  const { connect } = await startHttp(t, (request) => {
    seen = request;
    throw unauthorized();
  });
  const client = await connect(identity);
  client.write(upgradeRequest('GET', 'websocket'));
  const { status, body } = await client.answer();
  assert.equal(status, 401);
  assert.equal(JSON.parse(body.toString()).reason, 'Unauthorized');
  assert.equal(seen?.clientCertificate?.commonName, 'tester');
  await client.untilClosed();
});

test('an upgrade behind a request that is still being answered ends the connection', async (t) => {
  let upgrades = 0;
  const port = await stubKubelet(
    t,
    () => {},
    () => upgrades++,
  );
  const client = await (await proxying(t, { port })).connect();
  client.write(`GET / HTTP/1.1\r\nhost: x\r\n\r\n${upgradeRequest('GET', 'websocket')}`);
  await client.untilClosed();
  assert.equal(upgrades, 0);
});

test('closing the server ends tunnels', async (t) => {
  let kubeletSide: Duplex | undefined;
  const port = await stubKubelet(
    t,
    () => {},
    (_, socket) => {
      kubeletSide = socket.resume();
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: x\r\n\r\n');
    },
  );
  const { connect, server } = await proxying(t, { port });
  const client = await connect();
  client.write(upgradeRequest('GET', 'websocket'));
  await client.until('101');
  await server.close();
  await client.untilClosed();
  await eventually(() => kubeletSide?.destroyed);
});

const unreachable = async (
  t: TestContext,
  target: Partial<ProxyTarget> & { port: number },
  sent?: string,
) => {
  const client = await (await proxying(t, target, { limits: { kubeletConnectTimeoutMs: 100 } })).connect();
  client.write(sent ?? 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const { status, body } = await client.answer();
  return [status, JSON.parse(body.toString()).message];
};

test('a kubelet that cannot be reached is a 502 that names it', async (t) => {
  const target = { port: 1, subject: 'pod default/web on node node-1' };
  const expected = [
    502,
    'error dialing backend: dial tcp 127.0.0.1:1: connect: connection refused (pod default/web on node node-1)',
  ];
  assert.deepEqual(await unreachable(t, target), expected);
  assert.deepEqual(await unreachable(t, target, upgradeRequest('POST', 'SPDY/3.1')), expected);
});

test('a kubelet that accepts and says nothing, as a frozen one does, is a 502 too', async (t) => {
  const frozen = createTcpServer(() => {});
  await new Promise<void>((resolve) => frozen.listen(0, '127.0.0.1', resolve));
  const { port } = frozen.address() as AddressInfo;
  t.after(() => frozen.close());
  const expected = [502, `error dialing backend: dial tcp 127.0.0.1:${port}: i/o timeout`];
  assert.deepEqual(await unreachable(t, { port }), expected);
  assert.deepEqual(await unreachable(t, { port }, upgradeRequest('GET', 'websocket')), expected);
});

test('a kubelet of another authority is refused, unless the caller asked not to look', async (t) => {
  const stranger = (await testCertificates()).server;
  const port = await stubKubelet(t, (_, response) => response.end('ok'), undefined, stranger);
  const [status, message] = await unreachable(t, { port });
  assert.equal(status, 502);
  assert.match(message, /certificate/);
  const client = await (await proxying(t, { port, insecureSkipTlsVerify: true })).connect();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await client.until('200');
});

test('an API server without an identity for kubelets says so', async (t) => {
  const client = await (await proxying(t, { port: 1 }, { kubeletTls: undefined })).connect();
  assert.equal((await client.get('/')).status, 503);
});
