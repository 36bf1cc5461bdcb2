import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { HttpCheck } from '../../../model.ts';
import { askAgent } from './agent-probe.ts';
import { probe } from './probe.ts';

interface Listener {
  readonly port: number;
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

async function listening(t: TestContext, talk: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server, sockets };
}

/** Answers the whole of a request, in pieces. */
function answering(...pieces: string[]): (socket: Socket) => void {
  return (socket) => {
    let request = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      request += text;
      if (!request.endsWith('\r\n\r\n')) return;
      for (const piece of pieces) socket.write(piece.replace('{request}', request.split('\r\n')[0] ?? ''));
    });
  };
}

const check = (fields: Partial<HttpCheck> = {}): HttpCheck => ({
  path: '/healthz',
  expect: '200-399',
  ...fields,
});
const asked = (port: number, http?: HttpCheck, timeoutMs = 5_000) =>
  probe({ address: '127.0.0.1', port, http, timeoutMs });
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('a connection is enough where nothing is asked, and is not left open', async (t) => {
  const { port, sockets, server } = await listening(t, () => {});
  const result = await asked(port);
  assert.deepEqual([result.isGood, result.status, result.tookMs >= 0], [true, 'L4OK', true]);
  server.close();
  if (sockets.size > 0 || server.listening) await once(server, 'close');
});

test('nobody listens: L4CON', async (t) => {
  const { port, server } = await listening(t, () => {});
  server.close();
  await once(server, 'close');
  assert.equal((await asked(port)).status, 'L4CON');
});

test('a server that accepts and says nothing: L7TOUT', async (t) => {
  const { port } = await listening(t, () => {});
  const result = await asked(port, check(), 30);
  assert.deepEqual([result.isGood, result.status], [false, 'L7TOUT']);
});

test('the status has to be an expected one', async (t) => {
  const { port } = await listening(t, answering('HTTP/1.1 404 Not Found\r\n\r\n'));
  const bad = await asked(port, check());
  assert.deepEqual(
    [bad.isGood, bad.status, bad.code, bad.reason],
    [false, 'L7STS', 404, 'status 404, expected 200-399'],
  );
  assert.equal((await asked(port, check({ expect: '404' }))).status, 'L7OK');
});

test('method, path and host are those of the check', async (t) => {
  const { port } = await listening(t, answering('HTTP/1.1 200 OK\r\nX-Request: {request}\r\n\r\n'));
  const header = { name: 'x-request', value: 'HEAD /alive?x=1 HTTP/1.1' };
  const result = await asked(
    port,
    check({ method: 'HEAD', path: '/alive?x=1', host: 'example.org', header }),
  );
  assert.equal(result.status, 'L7OK');
});

test('a field that is expected has to be there, with its value', async (t) => {
  const { port } = await listening(
    t,
    answering('HTTP/1.1 200 OK\r\nX-State: writable\r\nX-State: second\r\n\r\n'),
  );
  const withHeader = async (name: string, value?: string) =>
    (await asked(port, check({ header: { name, value } }))).isGood;
  assert.deepEqual(
    [
      await withHeader('x-state'),
      await withHeader('X-State', 'second'),
      await withHeader('x-state', 'no'),
      await withHeader('x-other'),
    ],
    [true, true, false, false],
  );
});

test('the body is searched up to its end, also in chunks, and after an interim answer', async (t) => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n';
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const { port } = await listening(
    t,
    answering(interim, head, '5\r\nall i\r\n', '6\r\ns well\r\n', '0\r\n\r\n'),
  );
  assert.equal((await asked(port, check({ body: 'all is well' }))).status, 'L7OK');
  assert.equal((await asked(port, check({ body: 'not' }))).status, 'L7STS');
});

test('the body is not searched beyond its first 16 KiB', async (t) => {
  const filler = 'x'.repeat(16_384);
  const { port } = await listening(t, answering(`HTTP/1.1 200 OK\r\n\r\n${filler}found${filler}`));
  assert.equal((await asked(port, check({ body: 'found' }))).status, 'L7STS');
});

test('what is not HTTP is L7RSP, as is a connection that breaks', async (t) => {
  const garbage = await listening(t, answering('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
  const breaking = await listening(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
  const ending = await listening(t, (socket) => socket.once('data', () => socket.end('HTTP/1.1 200')));
  for (const { port } of [garbage, breaking, ending]) {
    assert.equal((await asked(port, check())).status, 'L7RSP');
  }
});

test('a hundred servers are checked at once', async (t) => {
  const { port } = await listening(t, answering(ok));
  const results = await Promise.all(Array.from({ length: 100 }, () => asked(port, check())));
  assert.ok(results.every(({ status }) => status === 'L7OK'));
});

test('an agent says its line and is heard; one that is away or silent is not', async (t) => {
  const talking = await listening(t, (socket) => socket.end('up 75% maxconn:30\n'));
  const silent = await listening(t, () => {});
  assert.deepEqual(await askAgent('127.0.0.1', talking.port, 5_000), {
    health: 'up',
    weightPercent: 75,
    maxconn: 30,
  });
  assert.equal(await askAgent('127.0.0.1', silent.port, 30), undefined);
  talking.server.close();
  await once(talking.server, 'close');
  assert.equal(await askAgent('127.0.0.1', talking.port, 5_000), undefined);
});
