import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { awaitProxyHeader } from './proxy-header-reader.ts';

/** Both ends of a connection. */
async function connection(t: TestContext): Promise<{ peer: Socket; socket: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  peer.on('error', () => {});
  t.after(() => {
    peer.destroy();
    socket.destroy();
    server.close();
  });
  return { peer, socket };
}

const header = 'PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n';

test('who reads on reads what stands behind the header, in whatever pieces it comes', async (t) => {
  const { peer, socket } = await connection(t);
  const read = new Promise<object>((resolve) => awaitProxyHeader(socket, 5_000, resolve));
  for (const byte of `${header}first `) {
    peer.write(byte);
    await new Promise(setImmediate);
  }
  assert.deepEqual(await read, {
    length: header.length,
    source: { address: '192.0.2.7', port: 4711 },
    destination: { address: '198.51.100.1', port: 443 },
  });
  let text = '';
  peer.write('second');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.resume();
  await eventually(() => text === 'first second');
});

test('what is no header, and silence, is told', async (t) => {
  const wrong = await connection(t);
  wrong.peer.write('GET / HTTP/1.1\r\n\r\n');
  const told = await new Promise<object>((resolve) => awaitProxyHeader(wrong.socket, 5_000, resolve));
  assert.equal((told as { status: number }).status, 400);
  const silent = await connection(t);
  const waited = await new Promise<object>((resolve) => awaitProxyHeader(silent.socket, 20, resolve));
  assert.equal((waited as { status: number }).status, 408);
});

test('of one that goes away nothing is heard', async (t) => {
  const { peer, socket } = await connection(t);
  let isTold = false;
  awaitProxyHeader(socket, 5_000, () => {
    isTold = true;
  });
  peer.write('PROXY ');
  peer.resetAndDestroy();
  await eventually(() => socket.closed);
  assert.equal(isTold, false);
});
