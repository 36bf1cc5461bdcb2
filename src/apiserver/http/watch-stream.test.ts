import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { type HttpWorld, startHttp } from '../../../tests/support/http-world.ts';
import { textResponse, valuePayload, type WatchSink } from '../request.ts';
import type { HttpServerOptions } from './http-server.ts';

interface WatchWorld extends HttpWorld {
  sinks: Set<WatchSink>;
}

async function watched(
  t: TestContext,
  begin: (sink: WatchSink) => void = () => {},
  options: Partial<HttpServerOptions> = {},
): Promise<WatchWorld> {
  const sinks = new Set<WatchSink>();
  const start = (sink: WatchSink) => {
    sinks.add(sink);
    begin(sink);
    return () => void sinks.delete(sink);
  };
  return { sinks, ...(await startHttp(t, () => ({ kind: 'watch', start }), options)) };
}

const ask = 'GET /api/v1/pods?watch=1 HTTP/1.1\r\nhost: x\r\n\r\n';

/** The lines of a chunked answer, whatever its chunks are. */
function events(received: string): { type: string; object: { n: number } }[] {
  let rest = Buffer.from(received.slice(received.indexOf('\r\n\r\n') + 4), 'latin1');
  let text = '';
  for (;;) {
    const cut = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.toString('latin1', 0, cut), 16);
    if (cut < 0 || !size) break;
    text += rest.toString('utf8', cut + 2, cut + 2 + size);
    rest = rest.subarray(cut + 4 + size);
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('the head comes at once, then every event as a line, in order, to every watcher', async (t) => {
  const { sinks, connect } = await watched(t, (sink) =>
    sink.event('ADDED', valuePayload({ n: 0, name: 'ñ' })),
  );
  const clients = await Promise.all([connect(), connect(), connect()]);
  for (const client of clients) client.write(ask);
  for (const client of clients) await client.until('"n":0');
  assert.match(clients[0]?.received ?? '', /^HTTP\/1\.1 200 [\s\S]*content-type: application\/json\r\n/);
  for (let n = 1; n <= 50; n++) {
    const object = { n };
    // The same object deleted: a line must not be mistaken for another one of the same object.
    for (const sink of sinks) sink.event('MODIFIED', valuePayload(object));
    for (const sink of sinks) sink.event('DELETED', valuePayload(object));
  }
  for (const sink of sinks) sink.event('BOOKMARK', valuePayload({ n: 51 }));
  for (const client of clients) {
    await client.until('"n":51');
    const got = events(client.received).map(({ type, object }) => `${type} ${object.n}`);
    const changes = Array.from({ length: 50 }, (_, i) => [`MODIFIED ${i + 1}`, `DELETED ${i + 1}`]);
    assert.deepEqual(got, ['ADDED 0', ...changes.flat(), 'BOOKMARK 51']);
  }
});

test('a watch without events has its head, and ends when the server says so; the connection serves on', async (t) => {
  const { sinks, connect } = await watched(t);
  const client = await connect();
  client.write(ask);
  await client.until('\r\n\r\n');
  const [sink] = sinks;
  sink?.end();
  sink?.event('ADDED', valuePayload({}));
  await client.until('\r\n0\r\n\r\n');
  assert.equal(sinks.size, 0);
  client.received = '';
  client.write(ask);
  await client.until('HTTP/1.1 200');
});

test('a watch that ends while it begins is stopped and ended', async (t) => {
  const { sinks, connect } = await watched(t, (sink) => {
    sink.event('ERROR', valuePayload({ n: 410 }));
    sink.end();
  });
  const client = await connect();
  client.write(ask);
  await client.until('\r\n0\r\n\r\n');
  assert.equal(events(client.received)[0]?.type, 'ERROR');
  assert.equal(sinks.size, 0);
});

test('a client that goes away stops its watch', async (t) => {
  const { sinks, connect } = await watched(t);
  const client = await connect();
  client.write(ask);
  await eventually(() => sinks.size === 1);
  client.socket.destroy();
  await eventually(() => sinks.size === 0);
});

test('a watcher that does not read is cut off, one that reads gets everything', async (t) => {
  const warnings: string[] = [];
  const logger = {
    debug() {},
    info() {},
    error() {},
    child: () => logger,
    warn: (text: string) => void warnings.push(text),
  };
  const { sinks, connect } = await watched(t, () => {}, { logger, limits: { watchBacklogBytes: 1_000_000 } });
  const reader = await connect();
  reader.write(ask);
  await eventually(() => sinks.size === 1);
  const [reading] = sinks;
  const deaf = await connect();
  deaf.socket.pause();
  deaf.write(ask);
  await eventually(() => sinks.size === 2);
  const pad = 'x'.repeat(100_000);
  let n = 0;
  await eventually(() => {
    n++;
    for (const sink of sinks) sink.event('ADDED', valuePayload({ n, pad }));
    return sinks.size === 1;
  });
  assert.ok(sinks.has(reading as WatchSink));
  assert.deepEqual(warnings, ['a watcher that does not read was cut off']);
  await eventually(() => events(reader.received).length === n);
  deaf.socket.resume();
  await deaf.untilClosed();
});

test('what a watch begins with may be larger than the backlog that is allowed', async (t) => {
  const pad = 'x'.repeat(10_000);
  const begin = (sink: WatchSink) => {
    for (let n = 0; n < 500; n++) sink.event('ADDED', valuePayload({ n, pad }));
  };
  const { sinks, connect } = await watched(t, begin, { limits: { watchBacklogBytes: 1_000 } });
  const client = await connect();
  client.write(ask);
  await eventually(() => events(client.received).length === 500);
  assert.equal(sinks.size, 1);
});

test('the time limit for reading a large answer does not cut off the watch behind it', async (t) => {
  const sinks = new Set<WatchSink>();
  let stalled: AbortSignal | undefined;
  const start = (sink: WatchSink) => {
    sinks.add(sink);
    return () => void sinks.delete(sink);
  };
  const { connect } = await startHttp(
    t,
    ({ path, signal }) => {
      if (path === '/stalled') stalled = signal;
      return path.startsWith('/api/') ? { kind: 'watch', start } : textResponse(200, 'x'.repeat(20_000_000));
    },
    { limits: { stallTimeoutMs: 50 } },
  );
  const client = await connect();
  assert.equal((await client.get('/large')).body.length, 20_000_000);
  client.write(ask);
  await eventually(() => sinks.size === 1);
  // A limit of the same length that begins later: when it is over, the watch's would be over too.
  const deaf = await connect();
  deaf.socket.pause();
  deaf.write('GET /stalled HTTP/1.1\r\nhost: x\r\n\r\n');
  await eventually(() => stalled?.aborted);
  assert.equal(sinks.size, 1);
});

test('HEAD of a watch is answered without beginning it', async (t) => {
  const { sinks, connect } = await watched(t);
  const client = await connect();
  client.write(ask.replace('GET', 'HEAD'));
  assert.equal((await client.answer(false)).status, 200);
  assert.equal(sinks.size, 0);
});

test('closing the server ends watches in an orderly way', async (t) => {
  const { sinks, connect, server } = await watched(t);
  const client = await connect();
  client.write(ask);
  await eventually(() => sinks.size === 1);
  await server.close();
  assert.equal(sinks.size, 0);
  await client.untilClosed();
  assert.match(client.received, /\r\n0\r\n\r\n$/);
});
