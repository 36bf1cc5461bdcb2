import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { Tunnel, type TunnelOptions } from './tunnel.ts';

/** Both ends of a connection. */
async function pair(t: TestContext): Promise<[near: Socket, far: Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const [near] = (await once(server, 'connection')) as [Socket];
  for (const socket of [near, far]) socket.on('error', () => {});
  t.after(() => {
    for (const socket of [near, far]) socket.destroy();
    server.close();
  });
  return [near, far];
}

async function tunnel(t: TestContext, more: Partial<TunnelOptions> = {}) {
  const [client, user] = await pair(t);
  const [server, service] = await pair(t);
  const told: [number, number][] = [];
  const heard: string[] = [];
  user.on('data', (chunk) => heard.push(String(chunk)));
  service.pipe(service);
  const moved = (fromClient: number, fromServer: number) => void told.push([fromClient, fromServer]);
  const over = new Promise<string>((resolve) => {
    new Tunnel(client, server, { idleMs: 60_000, moved, ended: resolve, ...more });
  });
  const sums = () => [0, 1].map((side) => told.reduce((sum, one) => sum + (one[side] as number), 0));
  return { user, heard, told, sums, over };
}

test('what was passed on is told while the tunnel lasts, and each byte once', async (t) => {
  const { user, heard, told, sums, over } = await tunnel(t, { tellEveryMs: 0 });
  user.write('hello');
  await eventually(() => heard.join('') === 'hello');
  assert.deepEqual(sums(), [5, 5]);
  user.end('bye');
  assert.equal(await over, 'closed');
  assert.deepEqual(sums(), [8, 8]);
  assert.ok(told.length > 1);
});

test('one that does not last tells it in the end', async (t) => {
  const { user, told, over } = await tunnel(t);
  user.end('hello');
  await over;
  assert.deepEqual(told, [[5, 5]]);
});

test('one that passed on nothing tells nothing', async (t) => {
  const { user, told, over } = await tunnel(t);
  user.end();
  await over;
  assert.deepEqual(told, []);
});
