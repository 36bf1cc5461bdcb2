import assert from 'node:assert/strict';
import test from 'node:test';
import { loadRequest } from '../../../tests/support/load/load-request.ts';
import { answerOf, RawOrigin } from '../../../tests/support/load/raw-origin.ts';
import { testCertificates } from '../../../tests/support/test-certificates.ts';
import { createHttpClient } from './create-http-client.ts';
import type { ClientTls } from './open-socket.ts';

const certificates = await testCertificates();
const reply = () => answerOf('200 OK', [], 'over TLS');

async function send(port: number, tls?: ClientTls, host = '127.0.0.1') {
  const client = createHttpClient({ tls });
  const answers = [];
  for (const id of ['a', 'b'])
    answers.push(await client.send(loadRequest(port, { secure: true, host }), id, true));
  client.close();
  return answers;
}

test('any certificate will do, as with JMeter, and the connection is kept', async (t) => {
  const origin = await RawOrigin.start(t, reply, certificates.server);
  const [first, second] = await send(origin.port);
  assert.deepEqual([first?.status, first?.body?.toString()], [200, 'over TLS']);
  assert.ok((first?.connectMs ?? 0) > 0);
  assert.equal(second?.connectMs, 0);
  assert.equal(origin.connections, 1);
});

test('who wants certificates to be good gets that: by authority and by name', async (t) => {
  const origin = await RawOrigin.start(t, reply, certificates.server);
  const [unknown] = await send(origin.port, { rejectUnauthorized: true });
  assert.equal(unknown?.failure?.name, 'javax.net.ssl.SSLException');
  const known = { rejectUnauthorized: true, ca: certificates.ca };
  assert.equal((await send(origin.port, known))[0]?.status, 200);
  assert.equal((await send(origin.port, known, 'localhost'))[0]?.status, 200);
  const [misnamed] = await send(origin.port, known, '127.0.0.2');
  assert.ok(misnamed?.failure !== undefined && misnamed.status === 0);
});

test('a server that does not speak TLS is a failure of TLS', async (t) => {
  const origin = await RawOrigin.start(t, reply);
  origin.onConnection = (socket) => void socket.write('HTTP/1.1 400 Plain\r\n\r\n');
  const [answer] = await send(origin.port);
  assert.equal(answer?.failure?.name, 'javax.net.ssl.SSLException');
});
