import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { claimFreePort, findFreePort, isPortFree } from './free-port.ts';

test('a port that somebody listens on is not free, and another one is found', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.equal(await isPortFree('127.0.0.1', port), false);
  assert.notEqual(await findFreePort('127.0.0.1', port), port);
  server.close();
  await once(server, 'close');
  assert.equal(await isPortFree('127.0.0.1', port), true);
  assert.equal(await findFreePort('127.0.0.1', port), port);
});

test('a port that was claimed is not given to another, though nobody listens on it yet', async () => {
  const wanted = await findFreePort('127.0.0.1', 30_000 + (process.pid % 20_000));
  const claimed = await Promise.all(Array.from({ length: 10 }, () => claimFreePort('127.0.0.1', wanted)));
  assert.equal(new Set(claimed).size, 10);
});

test('an address that is not of this machine is an error', async () => {
  await assert.rejects(isPortFree('192.0.2.1', 1), /EADDRNOTAVAIL/);
});
