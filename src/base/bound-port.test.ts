import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { type BoundPort, bindPort, numberOf } from './bound-port.ts';

const host = '127.0.0.1';

function bound(context: { after(end: () => void): void }, address = host): BoundPort {
  const port = bindPort(address, 0);
  context.after(() => port.close());
  return port;
}

async function connected(port: number) {
  const socket = connect(port, host);
  await once(socket, 'connect');
  return socket;
}

test('a bound port refuses until somebody listens on its descriptor', async (context) => {
  const port = bound(context);
  await assert.rejects(connected(numberOf(port)), { code: 'ECONNREFUSED' });
  const server = createServer((socket) => socket.end('here'));
  server.listen({ fd: port.fd });
  await once(server, 'listening');
  assert.equal(await text(await connected(numberOf(port))), 'here');
  server.close();
});

test('a port that is taken is told with the system’s code', async (context) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as { port: number };
  assert.throws(() => bindPort(host, port), { code: 'EADDRINUSE' });
  assert.throws(() => bindPort('192.0.2.1', 8080), { code: 'EADDRNOTAVAIL' });
});

test('IPv6 addresses are bound as such', (context) => {
  assert.ok(numberOf(bound(context, '::1')) > 0);
});

test('closing twice is closing once', () => {
  const port = bindPort(host, 0);
  port.close();
  port.close();
  assert.equal(port.fd, -1);
});
