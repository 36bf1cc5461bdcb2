import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeClock } from '../base/fake-clock.ts';
import { Forwarder, type ForwarderOptions } from './forwarder.ts';
import type { ForwardEndpoint, ForwardListener, ListenFailure } from './forwarding/model.ts';
import { type ConnectTo, connectTo } from './forwarding/relay.ts';

const address = '127.0.0.1';

/** Says its name to everybody who asks, and echoes. */
async function endpoint(
  t: TestContext,
  name: string,
  serve?: (socket: Socket) => void,
): Promise<ForwardEndpoint> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (serve) return void serve(socket);
    socket.write(name);
    socket.pipe(socket);
  });
  server.listen(0, address);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { ip: address, port: portOf(server) };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function forwarding(t: TestContext, ...endpoints: ForwardEndpoint[]) {
  return forwardingWith(t, {}, ...endpoints);
}

async function forwardingWith(
  t: TestContext,
  options: Pick<ForwarderOptions, 'connectTo'>,
  ...endpoints: ForwardEndpoint[]
) {
  const clock = new FakeClock();
  const forwarder = new Forwarder({ clock, random: () => 0, ...options });
  t.after(() => forwarder.close());
  const listener: ForwardListener = { address, port: await freePort(), name: 'web', endpoints };
  await forwarder.update({ listeners: [listener] });
  return { clock, forwarder, listener, port: listener.port };
}

async function ask(port: number): Promise<string> {
  const socket = connect({ host: address, port, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.end();
  return text(socket);
}

/** A connection that stays open, after its endpoint has said who it is. */
async function open(t: TestContext, port: number): Promise<{ socket: Socket; name: string }> {
  const socket = connect(port, address);
  t.after(() => socket.destroy());
  const [data] = await once(socket, 'data');
  return { socket, name: String(data) };
}

test('connections go to the endpoints in turn', async (t) => {
  const { port } = await forwarding(
    t,
    await endpoint(t, 'a'),
    await endpoint(t, 'b'),
    await endpoint(t, 'c'),
  );
  const names = [];
  for (let i = 0; i < 6; i++) names.push(await ask(port));
  assert.equal(names.join(''), 'abcabc');
});

test('what is sent arrives, and one side may end before the other', async (t) => {
  const { port } = await forwarding(t, await endpoint(t, ''));
  const sent = 'x'.repeat(3_000_000);
  const socket = connect({ host: address, port, allowHalfOpen: true });
  socket.end(sent);
  assert.equal(await text(socket), sent);
});

test('a client that does not read slows its endpoint down', async (t) => {
  let written = 0;
  const flood = await endpoint(t, 'flood', (socket) => {
    const push = () => {
      while (!socket.destroyed) {
        written += 65_536;
        if (!socket.write(Buffer.alloc(65_536))) return void socket.once('drain', push);
      }
    };
    push();
  });
  const { port } = await forwarding(t, flood);
  const socket = connect(port, address).pause();
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  let before = -1;
  await eventually(async () => {
    const isStill = before === written && written > 0;
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return isStill;
  });
  assert.ok(written < 64_000_000, String(written));
});

test('a dead endpoint is passed over, and for a while not even tried', async (t) => {
  const dead = { ip: address, port: await freePort() };
  const { port, clock } = await forwarding(t, dead, await endpoint(t, 'b'));
  assert.equal(await ask(port), 'b');
  // Nobody is asked while it is out: even when it is there again.
  const back = createServer((socket) => socket.end('a')).listen(dead.port, address);
  t.after(() => back.close());
  await once(back, 'listening');
  assert.deepEqual([await ask(port), await ask(port)], ['b', 'b']);
  clock.advance(1_001);
  assert.deepEqual([await ask(port), await ask(port)].sort(), ['a', 'b']);
});

test('without an endpoint that answers the client is reset', async (t) => {
  const { port } = await forwarding(t, { ip: address, port: await freePort() });
  const socket = connect(port, address);
  const [error] = await once(socket, 'error');
  assert.equal(error.code, 'ECONNRESET');
});

test('an update leaves what lives alone, and resets what lost its endpoint', async (t) => {
  const [a, b] = [await endpoint(t, 'a'), await endpoint(t, 'b')];
  const { forwarder, listener, port } = await forwarding(t, a, b);
  const [one, two] = [await open(t, port), await open(t, port)];
  const isReset = once(one.socket, 'error');
  assert.deepEqual([one.name, two.name], ['a', 'b']);
  await forwarder.update({ listeners: [{ ...listener, endpoints: [b] }] });
  await isReset;
  two.socket.write('still here');
  assert.equal(String((await once(two.socket, 'data'))[0]), 'still here');
  assert.deepEqual([await ask(port), await ask(port)], ['b', 'b']);
});

test('a draining endpoint keeps its connections and gets no more', async (t) => {
  const [a, b] = [await endpoint(t, 'a'), await endpoint(t, 'b')];
  const { forwarder, listener, port } = await forwarding(t, a, b);
  const { socket } = await open(t, port);
  await forwarder.update({ listeners: [{ ...listener, endpoints: [{ ...a, draining: true }, b] }] });
  assert.deepEqual([await ask(port), await ask(port)], ['b', 'b']);
  socket.write('still here');
  assert.equal(String((await once(socket, 'data'))[0]), 'still here');
});

test('whoever waits for an endpoint that has fallen silent is told, and only when it has', async (t) => {
  const [a, b] = [await endpoint(t, 'a'), await endpoint(t, 'b')];
  let lost = 0;
  let attempts = 0;
  const overSilence: ConnectTo = async (to, timeoutMs) => {
    if (to === a) attempts++;
    return to === a && lost-- > 0 ? 'silent' : connectTo(to, timeoutMs);
  };
  const { port, clock } = await forwardingWith(t, { connectTo: overSilence }, a, b);
  const { socket } = await open(t, port);
  assert.equal((await open(t, port)).name, 'b');

  // Most attempts are lost on the way, but not all of the further ones.
  lost = 5;
  assert.equal(await ask(port), 'b');
  await eventually(() => attempts === 1 + 6);
  socket.write('still here');
  assert.equal(String((await once(socket, 'data'))[0]), 'still here');

  lost = Number.POSITIVE_INFINITY;
  clock.advance(1_001);
  const isReset = once(socket, 'error');
  assert.equal(await ask(port), 'b');
  assert.equal(await ask(port), 'b');
  const [error] = await isReset;
  assert.equal(error.code, 'ECONNRESET');
});

test('an endpoint that breaks its connection breaks the client’s too', async (t) => {
  const breaking = await endpoint(
    t,
    'x',
    (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  );
  const { port } = await forwarding(t, breaking);
  const socket = connect(port, address);
  socket.write('go');
  const [error] = await once(socket, 'error');
  assert.equal(error.code, 'ECONNRESET');
});

test('a client stays with its endpoint as long as affinity lasts', async (t) => {
  const [a, b] = [await endpoint(t, 'a'), await endpoint(t, 'b')];
  const { forwarder, listener, port, clock } = await forwarding(t, a, b);
  await forwarder.update({ listeners: [{ ...listener, affinityMs: 1_000 }] });
  const first = await ask(port);
  assert.deepEqual([await ask(port), await ask(port), await ask(port)], [first, first, first]);
  clock.advance(1_001);
  const names = new Set([await ask(port)]);
  clock.advance(1_001);
  names.add(await ask(port));
  assert.equal(names.size, 2);
});

test('a port that is taken is told of and tried again', async (t) => {
  const { forwarder, listener, clock } = await forwarding(t, await endpoint(t, 'a'));
  const holder = createServer().listen(0, address);
  await once(holder, 'listening');
  const second = { ...listener, port: portOf(holder), name: 'second' };
  const failures: ListenFailure[] = [];
  forwarder.failures.subscribe((failure) => void failures.push(failure));
  await forwarder.update({ listeners: [listener, second] });
  assert.deepEqual(
    failures.map(({ listener: { name }, error }) => [name, error.code]),
    [['second', 'EADDRINUSE']],
  );
  assert.equal(forwarder.openPorts, 1);
  holder.close();
  await once(holder, 'close');
  clock.advance(1_000);
  await eventually(() => forwarder.openPorts === 2);
  assert.equal(await ask(second.port), 'a');
});

test('of two listeners in one place the first counts', async (t) => {
  const { forwarder, listener, port } = await forwarding(t, await endpoint(t, 'a'));
  const failures: ListenFailure[] = [];
  forwarder.failures.subscribe((failure) => void failures.push(failure));
  await forwarder.update({ listeners: [listener, { ...listener, name: 'other', endpoints: [] }] });
  assert.match(String(failures[0]?.error), /already used for web/);
  assert.equal(await ask(port), 'a');
});

test('a listener that leaves the model gives its port back', async (t) => {
  const { forwarder, port } = await forwarding(t, await endpoint(t, 'a'));
  await open(t, port).then(({ socket }) => socket.on('error', () => {}));
  await forwarder.update({ listeners: [] });
  assert.equal(forwarder.openPorts, 0);
  const next = createServer().listen(port, address);
  await once(next, 'listening');
  next.close();
});
