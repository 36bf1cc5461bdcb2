import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { findFreePort, isPortFree } from './free-port.ts';

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

test('an address that is not of this machine is an error', async () => {
  await assert.rejects(isPortFree('192.0.2.1', 1), /EADDRNOTAVAIL/);
});
