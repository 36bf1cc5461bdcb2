import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { keepPiece } from './kept-piece.ts';
import { UpstreamSocket } from './upstream-socket.ts';

/** Says `aaaa`, and `bbbb` as soon as it hears something. */
async function twoPieces(t: TestContext): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('aaaa');
    socket.on('data', () => socket.write('bbbb'));
    t.after(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function socketTo(t: TestContext, port: number): UpstreamSocket {
  const socket = new UpstreamSocket();
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  socket.connect({ port, host: '127.0.0.1' });
  return socket;
}

test('the memory of a piece that nobody kept is used for the next one', async (t) => {
  const socket = socketTo(t, await twoPieces(t));
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.write('go on');
  await once(socket, 'data');
  assert.equal(first.toString(), 'bbbb');
});

test('a piece that was kept stays as it is, even if another connection was opened meanwhile', async (t) => {
  const port = await twoPieces(t);
  const socket = socketTo(t, port);
  const first = await new Promise<Buffer>((resolve) => {
    socket.once('data', (piece: Buffer) => {
      keepPiece();
      socketTo(t, port);
      socket.write('go on');
      resolve(piece);
    });
  });
  const [second] = (await once(socket, 'data')) as [Buffer];
  assert.deepEqual([first.toString(), second.toString()], ['aaaa', 'bbbb']);
});

test('what a server said before it reset the connection is heard though a write failed', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('early answer', () => socket.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (let round = 0; round < 50; round++) {
    const socket = socketTo(t, port);
    let heard = '';
    socket.on('data', (piece: Buffer) => {
      heard += piece.toString();
    });
    await once(socket, 'connect');
    const pour = (): void => void socket.write(Buffer.alloc(65_536), (error) => error ?? setImmediate(pour));
    pour();
    await new Promise((resolve) => socket.once('close', resolve));
    assert.equal(heard, 'early answer', `round ${round}`);
  }
});
