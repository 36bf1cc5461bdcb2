import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { testCertificates } from '../../../tests/support/test-certificates.ts';
import { resolveHttpLimits } from './limits.ts';
import { createListener, listening } from './listener.ts';

const { ca, server: identity } = await testCertificates();
const host = '127.0.0.1';

test('who connects in the very moment that somebody else opens the port is served', async (t) => {
  const server = createListener({ certificate: identity.cert, key: identity.key, ca }, resolveHttpLimits({}));
  t.after(() => server.close());
  const early = Promise.withResolvers<Socket>();
  const open = async () => {
    const opened = createServer().listen(0, host);
    await once(opened, 'listening');
    early.resolve(connect((opened.address() as AddressInfo).port, host));
    return opened;
  };
  const port = await listening(server, { host, port: 0, open });
  const socket = connectTls({ socket: await early.promise, ca });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  assert.equal(socket.remotePort, port);
});

test('a port that somebody else cannot open is refused with the reason', async (t) => {
  const server = createListener({ certificate: identity.cert, key: identity.key, ca }, resolveHttpLimits({}));
  t.after(() => server.close());
  const open = () => Promise.reject(Object.assign(new Error('taken'), { code: 'EADDRINUSE' }));
  await assert.rejects(listening(server, { host, port: 6443, open }), {
    code: 'EADDRINUSE',
    message: 'cannot listen on 127.0.0.1 port 6443: the port is in use',
  });
});
