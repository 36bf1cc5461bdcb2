// What the edge tells servers of their users, and users of their servers.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { eventually } from '../../support/eventually.ts';
import { EngineWorld, worldOf } from '../../support/lb/engine-world.ts';
import { serverOf } from '../../support/lb/models.ts';
import { keepAlive } from '../../support/lb/user.ts';
import { Wire } from '../../support/lb/wire.ts';
import type { Rule } from './rules.ts';

export function edgeRules(rule: Rule): void {
  rule('servers learn who asks, for which host, by which scheme and port', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a']);
    await world.ask({ from: '127.0.0.9', headers: { host: 'shop.example.org' } });
    const headers = origins[0]?.seen[0]?.headers ?? {};
    assert.equal(headers.host, 'shop.example.org');
    assert.equal(headers['x-forwarded-for'], '127.0.0.9');
    assert.equal(headers['x-forwarded-proto'], 'http');
    assert.equal(headers['x-forwarded-host'], 'shop.example.org');
    assert.equal(headers['x-forwarded-port'], String(world.port));
    assert.match(String(headers.forwarded), /for=127\.0\.0\.9/);
    assert.match(String(headers['x-request-id']), /^[0-9a-zA-Z-]{12,}$/);
  });

  rule('what strangers claim is replaced, what trusted proxies say is kept', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      frontend: { trustedProxies: ['127.0.0.9/32'] },
    });
    const headers = {
      'x-forwarded-for': '10.1.2.3',
      'x-forwarded-proto': 'https',
      forwarded: 'for=10.1.2.3',
      'x-request-id': 'from-outside-123456',
    };
    await world.ask({ from: '127.0.0.8', headers });
    await world.ask({ from: '127.0.0.9', headers });
    const [strange, trusted] = origins[0]?.seen.map((request) => request.headers) ?? [];
    assert.equal(strange?.['x-forwarded-for'], '127.0.0.8');
    assert.equal(strange?.['x-forwarded-proto'], 'http');
    assert.doesNotMatch(String(strange?.forwarded), /10\.1\.2\.3/);
    assert.notEqual(strange?.['x-request-id'], 'from-outside-123456');
    assert.equal(trusted?.['x-forwarded-for']?.toString().replaceAll(' ', ''), '10.1.2.3,127.0.0.9');
    assert.equal(trusted?.['x-forwarded-proto'], 'https');
    assert.match(String(trusted?.forwarded), /10\.1\.2\.3/);
    assert.equal(trusted?.['x-request-id'], 'from-outside-123456');
  });

  rule('a PROXY header from a listed peer is believed', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      frontend: { proxyProtocolFrom: ['127.0.0.1/32'] },
    });
    const wire = await Wire.open(t, world.port);
    wire.socket.write('PROXY TCP4 203.0.113.7 198.51.100.1 4711 80\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await wire.until('200 OK');
    assert.equal(origins[0]?.seen[0]?.headers['x-forwarded-for'], '203.0.113.7');
    const bare = await Wire.open(t, world.port);
    bare.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(() => bare.closed);
    assert.equal(origins[0]?.served, 1);
  });

  rule('Location that names the server is rewritten to the public name', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a']);
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.status = 302;
    a.headers = { location: `http://127.0.0.1:${a.port}/login?next=%2F` };
    const host = `shop.example.org:${world.port}`;
    assert.equal((await world.ask({ headers: { host } })).headers.location, `http://${host}/login?next=%2F`);
    a.headers = { location: 'https://elsewhere.example.com/' };
    assert.equal((await world.ask({ headers: { host } })).headers.location, 'https://elsewhere.example.com/');
    a.headers = { location: '/relative' };
    assert.equal((await world.ask({ headers: { host } })).headers.location, '/relative');
  });

  rule('one connection carries many requests', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a']);
    const agent = keepAlive(t, 1);
    for (let number = 0; number < 20; number++) assert.equal((await world.ask({ agent })).status, 200);
    assert.equal((await world.frontend()).connections.total, 1);
  });

  rule('pipelined requests are answered in order', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b']);
    if (origins[0]) origins[0].delayMs = 100;
    const wire = await Wire.open(t, world.port);
    const ten = Array.from({ length: 6 }, (_, number) => `GET /${number} HTTP/1.1\r\nHost: x\r\n\r\n`);
    wire.socket.write(ten.join(''));
    await eventually(() => wire.received.split('200 OK').length === 7);
    const servers = [...wire.received.matchAll(/x-server: (\w)/gi)].map(([, name]) => name);
    assert.equal(servers.length, 6);
    assert.ok(
      servers.slice(2).every((name, index) => name === servers[index]),
      servers.join(),
    );
  });

  rule('HTTP/1.0 is answered and closed, or kept when asked to', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a']);
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET / HTTP/1.0\r\nHost: x\r\n\r\n');
    await eventually(() => wire.closed);
    assert.match(wire.received, /^HTTP\/1\.[01] 200[\s\S]*a\n/);
    assert.doesNotMatch(wire.received, /transfer-encoding/i);
    // Without a length only the end of the connection ends an answer of HTTP/1.0.
    if (origins[0]) origins[0].headers = { 'content-length': '2' };
    const kept = await Wire.open(t, world.port);
    kept.socket.write('GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
    await kept.until('a\n');
    kept.socket.write('GET / HTTP/1.0\r\nHost: x\r\n\r\n');
    await eventually(() => kept.closed);
    assert.equal(kept.received.split(' 200 ').length, 3);
  });

  rule('Expect: 100-continue reaches the server, and its answer the client', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a']);
    const wire = await Wire.open(t, world.port);
    wire.socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
    await wire.until('100 Continue');
    wire.socket.write('hello');
    await wire.until('200 OK');
    assert.equal(origins[0]?.seen[0]?.body, 'hello');
  });

  rule('an upgraded connection is a tunnel', async (t, subject) => {
    const server = createServer();
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const world = await EngineWorld.open(t, subject);
    await world.apply({ servers: [serverOf({ name: 'echo', port })] });
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst');
    await wire.until(/101 [\s\S]*first/);
    wire.socket.write(' second');
    await wire.until('first second');
    await eventually(async () => (await world.frontend()).bins.ok === 1);
    wire.socket.destroy();
    await eventually(async () => (await world.server('echo')).inFlight === 0);
  });

  rule('heads and bodies that are too large are refused', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      frontend: { limits: { headBytes: 4_096, headers: 50, bodyBytes: 1_000 } },
    });
    assert.equal((await world.ask({ method: 'POST', body: 'x'.repeat(1_001) })).status, 413);
    assert.equal((await world.ask({ method: 'POST', body: 'x'.repeat(1_000) })).status, 200);
    const { status } = await world.ask({ headers: { 'x-large': 'y'.repeat(6_000) } });
    assert.ok(status === 431 || status === 400, String(status));
    assert.equal(origins[0]?.served, 1);
  });

  rule('a client that does not finish its request gets 408', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a'], {
      frontend: { timeouts: { clientMs: 300, idleMs: 20_000 } },
    });
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET / HTTP/1.1\r\nHost:');
    await wire.until(/^HTTP\/1\.[01] 408 /);
    await eventually(() => wire.closed);
  });

  rule('an idle connection is closed without a word', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a'], {
      frontend: { timeouts: { clientMs: 5_000, idleMs: 300 } },
    });
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await wire.until('a\n');
    const length = wire.received.length;
    await eventually(() => wire.closed);
    assert.equal(wire.received.length, length);
  });
}
