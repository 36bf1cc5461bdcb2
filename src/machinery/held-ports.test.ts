import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, test } from 'node:test';
import { claimFreePort } from './free-port.ts';
import { HeldPorts, type OutsidePort } from './held-ports.ts';

const host = '127.0.0.1';
const held = new HeldPorts();
afterEach(() => held.close());

/** Held, and listened on by the handle itself: two servers for one descriptor would close it twice. */
async function listened(): Promise<OutsidePort> {
  const address = { host, port: await claimFreePort(host, 23_500) };
  const server = createServer((socket) => socket.destroy()).listen(held.take(address));
  await once(server, 'listening');
  return address;
}

async function connects({ host, port }: OutsidePort): Promise<boolean> {
  const socket = connect(port, host);
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}

test('asking again gives the same socket', async () => {
  const address = { host, port: await claimFreePort(host, 23_500) };
  const port = held.take(address);
  held.unclaim();
  assert.equal(held.take(address), port);
  held.closeUnclaimed();
  assert.ok(port.fd >= 0);
});

test('what the next life did not ask for is closed, and so is what was let go', async () => {
  const [kept, left, released] = [await listened(), await listened(), await listened()];
  held.letGo(released);
  assert.equal(await connects(released), false);
  held.unclaim();
  held.take(kept);
  assert.equal(await connects(left), true);
  held.closeUnclaimed();
  assert.equal(await connects(left), false);
  assert.equal(await connects(kept), true);
  held.close();
  assert.equal(await connects(kept), false);
});

test('a port that somebody else has is not taken, and can be asked for again', async () => {
  const other = createServer().listen(0, host);
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  assert.throws(() => held.take({ host, port }), { code: 'EADDRINUSE' });
  await new Promise((resolve) => other.close(resolve));
  held.take({ host, port });
});
