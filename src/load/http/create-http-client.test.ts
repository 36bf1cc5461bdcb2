import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import test from 'node:test';
import { contentOf, sumOf } from '../../../tests/support/content.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { freePort } from '../../../tests/support/free-port.ts';
import { loadRequest } from '../../../tests/support/load/load-request.ts';
import { answerOf, RawOrigin } from '../../../tests/support/load/raw-origin.ts';
import { ScriptedOrigin, targetOf } from '../../../tests/support/scripted-origin.ts';
import { machineTime } from '../../base/machine-time.ts';
import { createHttpClient, type HttpClientOptions } from './create-http-client.ts';
import type { HttpClient } from './http-exchange.ts';
import { PreparedRequest } from './prepared-request.ts';

function clientOf(t: TestContext, options?: HttpClientOptions): HttpClient {
  const client = createHttpClient(options);
  t.after(() => client.close());
  return client;
}

test('a request goes out as a browser of HTTP/1.1 would send it, with its load id, and its answer is told in full', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('200 Fine', ['X-Relevo-Outcome: sorry'], 'hello'));
  const client = clientOf(t);
  const before = machineTime();
  const answer = await client.send(
    loadRequest(origin.port, { target: '/a?b=ü', headers: [['Accept', '*/*']] }),
    'run-0-1',
    true,
  );
  const head = [
    'GET /a?b=%C3%BC HTTP/1.1',
    `Host: 127.0.0.1:${origin.port}`,
    'X-Relevo-Load-Id: run-0-1',
    'Accept: */*',
    'Connection: keep-alive',
  ].join('\r\n');
  assert.deepEqual(origin.heads, [head]);
  assert.equal(answer.requestHead(), head);
  assert.deepEqual(
    [answer.status, answer.message, answer.body?.toString(), answer.outcome, answer.loadId, answer.requests],
    [200, 'Fine', 'hello', 'sorry', 'run-0-1', 1],
  );
  assert.equal(answer.head, 'HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-Relevo-Outcome: sorry');
  assert.deepEqual(
    [answer.headBytes, answer.bodyBytes, answer.sentBytes],
    [answer.head.length + 4, 5, head.length + 4],
  );
  assert.equal(answer.url, `http://127.0.0.1:${origin.port}/a?b=%C3%BC`);
  assert.ok(answer.startedAt >= before);
  assert.ok(answer.connectMs > 0 && answer.connectMs <= answer.latencyMs);
  assert.ok(answer.latencyMs <= answer.elapsedMs && answer.elapsedMs <= machineTime() - before);
  assert.deepEqual([answer.failure, answer.isRepeated, answer.isCached], [undefined, false, false]);
});

test('one connection carries all requests of a user to an origin, and others have their own', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('200 OK'));
  const other = await RawOrigin.start(t, () => answerOf('200 OK'));
  const client = clientOf(t);
  const request = new PreparedRequest(loadRequest(origin.port));
  const first = await client.send(request, 'a', false);
  for (const id of ['b', 'c']) {
    const next = await client.send(request, id, false);
    assert.equal(next.connectMs, 0);
    await client.send(loadRequest(other.port), id, false);
  }
  await clientOf(t).send(request, 'd', false);
  assert.ok(first.connectMs > 0);
  assert.deepEqual(
    origin.requests.map(({ connection, head }) => [connection, /Load-Id: (.*)/.exec(head)?.[1]]),
    [
      [1, 'a'],
      [1, 'b'],
      [1, 'c'],
      [2, 'd'],
    ],
  );
  assert.equal(other.connections, 1);
});

test('without keep-alive, or when the server does not want it, each request has a connection of its own', async (t) => {
  const origin = await RawOrigin.start(t, ({ head }) =>
    answerOf('200 OK', head.includes('/closing') ? ['Connection: close'] : []),
  );
  const client = clientOf(t);
  for (const request of [{ keepAlive: false }, { keepAlive: false }, { target: '/closing' }, {}])
    assert.equal((await client.send(loadRequest(origin.port, request), 'x', false)).status, 200);
  assert.equal(origin.connections, 4);
  assert.match(origin.heads[0] ?? '', /\r\nConnection: close$/);
  await eventually(() => origin.open === 1);
});

test('a connection that is to be closed is left to the server to close, but not for ever', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('200 OK', ['Connection: close']));
  const client = clientOf(t);
  await client.send(loadRequest(origin.port), 'x', false);
  origin.requests[0]?.socket.end();
  await eventually(() => origin.open === 0);
  const before = machineTime();
  await client.send(loadRequest(origin.port), 'x', false);
  await eventually(() => origin.open === 0);
  assert.ok(machineTime() - before >= 1_000);
});

test('answers of every form come whole, and are let go when nobody wants them', async (t) => {
  const origin = await ScriptedOrigin.start(t, 'one');
  const client = clientOf(t);
  for (const form of ['length', 'chunked', 'close'] as const) {
    const target = targetOf({ form, bytes: 300_000, seed: 7, hints: true });
    const wanted = await client.send(loadRequest(origin.port, { target }), 'x', true);
    assert.equal(wanted.failure, undefined);
    assert.ok(wanted.body?.equals(contentOf(7, 300_000)), form);
    const unwanted = await client.send(loadRequest(origin.port, { target }), 'x', false);
    assert.equal(unwanted.body, undefined);
    assert.equal(unwanted.bodyBytes, wanted.bodyBytes);
  }
});

test('a body of any size arrives as it is, though the time for an answer is short', async (t) => {
  const origin = await ScriptedOrigin.start(t, 'one');
  const client = clientOf(t);
  for (const bytes of [0, 1, 8_000, 9_000, 3_000_000]) {
    const body = contentOf(bytes, bytes);
    const target = targetOf({ form: 'length', bytes: 5, seed: 1 });
    const request = loadRequest(origin.port, { method: 'POST', body, target, responseMs: 5_000 });
    const answer = await client.send(request, 'x', false);
    assert.match(answer.head, new RegExp(`x-sum: ${sumOf(body)}\\b`, 'i'), String(bytes));
    assert.equal(answer.sentBytes, answer.requestHead().length + 4 + bytes);
  }
  assert.equal(origin.connections, 1);
});

test('a kept connection that was closed without a byte is made anew, once, for what is idempotent', async (t) => {
  const origin = await RawOrigin.start(t, ({ connection, head, socket }) => {
    if (connection === 1 && head.includes('/second')) return void socket.destroy();
    return answerOf('200 OK');
  });
  const client = clientOf(t);
  await client.send(loadRequest(origin.port), 'a', false);
  const answer = await client.send(loadRequest(origin.port, { target: '/second' }), 'b', false);
  assert.deepEqual(
    [answer.status, answer.isRepeated, answer.failure, answer.loadId],
    [200, true, undefined, 'b'],
  );
  assert.ok(answer.connectMs > 0);
  assert.equal(origin.lines.filter((line) => line.includes('/second')).length, 2);
});

test('neither a POST nor the first request of a connection is repeated', async (t) => {
  const origin = await RawOrigin.start(t, ({ head, socket }) => {
    if (head.includes('/close')) return void socket.end();
    return answerOf('200 OK');
  });
  const client = clientOf(t);
  await client.send(loadRequest(origin.port), 'a', false);
  for (const method of ['POST', 'GET']) {
    const { failure, isRepeated, status } = await client.send(
      loadRequest(origin.port, { method, target: '/close' }),
      'b',
      false,
    );
    assert.deepEqual(
      { failure, isRepeated, status },
      {
        failure: {
          name: 'org.apache.http.NoHttpResponseException',
          message: `127.0.0.1:${origin.port} failed to respond`,
        },
        isRepeated: false,
        status: 0,
      },
    );
  }
  assert.deepEqual(origin.lines, ['GET / HTTP/1.1', 'POST /close HTTP/1.1', 'GET /close HTTP/1.1']);
});

test('what a server says that nobody asked for ends the connection, not the next request', async (t) => {
  const origin = await RawOrigin.start(t, ({ head }) =>
    head.includes('/chatty')
      ? Buffer.concat([answerOf('200 OK'), Buffer.from('HTTP/1.1 408 Late\r\n\r\n')])
      : answerOf('200 OK'),
  );
  const client = clientOf(t);
  for (const target of ['/chatty', '/chatty', '/'])
    assert.equal((await client.send(loadRequest(origin.port, { target }), 'x', false)).status, 200);
  assert.equal(origin.connections, 3);
});

test('failures have the names that JMeter’s users know', async (t) => {
  const port = await freePort();
  const origin = await RawOrigin.start(t, ({ head, socket }) => {
    if (head.includes('/reset')) return void socket.resetAndDestroy();
    if (head.includes('/half')) return void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
    if (head.includes('/late')) return undefined;
    if (head.includes('/drip')) return 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nd';
    return 'SSH-2.0-OpenSSH\r\n';
  });
  const client = clientOf(t);
  const failureOf = async (changes: Parameters<typeof loadRequest>[1], to = origin.port) => {
    const { failure, message, status } = await client.send(loadRequest(to, changes), 'x', false);
    assert.equal(failure?.message, message);
    return `${failure?.name}: ${message}${status === 0 ? '' : ` (${status})`}`;
  };
  assert.equal(await failureOf({}, port), 'java.net.ConnectException: Connection refused');
  assert.equal(
    await failureOf({ host: 'nowhere.invalid' }),
    'java.net.UnknownHostException: nowhere.invalid: Name or service not known',
  );
  assert.equal(await failureOf({ target: '/reset' }), 'java.net.SocketException: Connection reset');
  assert.match(
    await failureOf({ target: '/half' }),
    /^org\.apache\.http\.ConnectionClosedException: Premature end/,
  );
  assert.match(await failureOf({}), /^org\.apache\.http\.client\.ClientProtocolException: .*SSH/);
  for (const target of ['/late', '/drip'])
    assert.equal(
      await failureOf({ target, responseMs: 50 }),
      'java.net.SocketTimeoutException: Read timed out',
    );
  assert.match(await failureOf({ target: '/a\tb' }), /^java\.net\.URISyntaxException: Illegal character/);
  assert.match(await failureOf({ headers: [['X', 'a\r\nb']] }), /ClientProtocolException: Header X/);
  await eventually(() => origin.open === 0);
});

test('a connection that is not there in time, TLS included, is given up', async (t) => {
  const origin = await RawOrigin.start(t, () => undefined);
  const request = loadRequest(origin.port, { secure: true, connectMs: 50, responseMs: 60_000 });
  const { failure, connectMs, elapsedMs } = await clientOf(t).send(request, 'x', false);
  assert.deepEqual(failure, {
    name: 'org.apache.http.conn.ConnectTimeoutException',
    message: `Connect to 127.0.0.1:${origin.port} failed: connect timed out`,
  });
  assert.equal(connectMs, 0);
  assert.ok(elapsedMs >= 50);
  await eventually(() => origin.open === 0);
});

test('addresses that are refused are not connected to, whatever name leads there', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('302 Over', ['Location: http://localhost:1/']));
  const client = clientOf(t, {
    refuses: (host, address, port) =>
      port === origin.port ? undefined : `${host} is ${address}: not allowed`,
  });
  const { failure, redirectedFrom } = await client.send(loadRequest(origin.port), 'x', false);
  assert.match(failure?.message ?? '', /^localhost is (::1|127\.0\.0\.1): not allowed$/);
  assert.equal(redirectedFrom.length, 1);
});

test('of a name with several addresses the first that answers is taken', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('200 OK'));
  // Nobody listens on ::1.
  const answer = await clientOf(t).send(loadRequest(origin.port, { host: 'localhost' }), 'x', false);
  assert.equal(answer.status, 200);
  assert.match(origin.heads[0] ?? '', new RegExp(`Host: localhost:${origin.port}`));
});

test('closing cuts what is in flight, refuses the rest, and leaves nothing open', async (t) => {
  const origin = await RawOrigin.start(t, () => undefined);
  const client = createHttpClient();
  const cut = client.send(loadRequest(origin.port), 'a', false);
  await eventually(() => origin.requests.length === 1);
  client.close();
  client.close();
  for (const answer of [await cut, await client.send(loadRequest(origin.port), 'b', false)])
    assert.deepEqual(answer.failure, {
      name: 'java.net.SocketException',
      message: 'Socket closed',
      isCut: true,
    });
  await eventually(() => origin.open === 0);
  assert.equal(origin.connections, 1);
});

test('a server that closes a kept connection in silence costs nothing', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('200 OK'));
  const client = clientOf(t);
  await client.send(loadRequest(origin.port), 'a', false);
  origin.requests[0]?.socket.end();
  await eventually(() => origin.open === 0);
  const answer = await client.send(loadRequest(origin.port, { method: 'POST' }), 'b', false);
  assert.deepEqual([answer.status, answer.isRepeated], [200, false]);
});

test('a connection is not used any more when its server has said how long it waits, and that is over', async (t) => {
  const waits = ['timeout=0', 'max=5, Timeout=60', 'max=5'];
  const origin = await RawOrigin.start(t, () => answerOf('200 OK', [`Keep-Alive: ${waits.shift()}`]));
  const client = clientOf(t);
  for (let time = 0; time < 4; time++)
    await client.send(loadRequest(origin.port, { method: 'POST' }), 'x', false);
  assert.deepEqual(
    origin.requests.map(({ connection }) => connection),
    [1, 2, 2, 2],
  );
  await eventually(() => origin.open === 1);
});

test('an answer before the request has left whole is an answer, on a connection that is not used again', async (t) => {
  const origin = await ScriptedOrigin.start(t, 'one');
  const client = clientOf(t);
  const target = targetOf({ form: 'length', bytes: 5, seed: 1, trouble: 'early' });
  const body = Buffer.alloc(20_000_000);
  const { status, failure } = await client.send(
    loadRequest(origin.port, { method: 'POST', body, target }),
    'x',
    false,
  );
  // Whether the reset overtakes the answer is up to the kernel.
  assert.ok(status === 413 || failure?.name === 'java.net.SocketException', `${status} ${failure?.name}`);
  assert.equal((await client.send(loadRequest(origin.port), 'y', false)).status, 200);
});

test('another user has no connection of the one before', async (t) => {
  const origin = await RawOrigin.start(t, () => answerOf('200 OK'));
  const client = clientOf(t);
  const ask = () => client.send(loadRequest(origin.port), 'x', false);
  await ask();
  client.nextIteration(true);
  await ask();
  assert.equal(origin.connections, 1);
  client.nextIteration(false);
  await ask();
  assert.equal(origin.connections, 2);
  await eventually(() => origin.open === 1);
});

test('many requests at once have as many connections, and each gets its own answer', async (t) => {
  const origin = await ScriptedOrigin.start(t, 'one');
  const client = clientOf(t);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, seed) => {
      const target = targetOf({ form: seed % 2 ? 'chunked' : 'length', bytes: 1_000 + seed * 500, seed });
      return client.send(loadRequest(origin.port, { target }), `x-${seed}`, true);
    }),
  );
  for (const [seed, { body }] of answers.entries())
    assert.ok(body?.equals(contentOf(seed, 1_000 + seed * 500)), String(seed));
});
