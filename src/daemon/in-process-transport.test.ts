import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ApiWorld } from '../../tests/support/api-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import type { AnyObject, WatchEvent } from '../api/object.ts';
import { StatusError } from '../api/status.ts';
import type { Attributes, User } from '../apiserver/auth/user.ts';
import { textResponse, valuePayload, type WatchSink } from '../apiserver/request.ts';
import type { Transport } from '../client/transport.ts';
import { createInProcessTransport } from './in-process-transport.ts';

const caller: User = { name: 'controller', groups: ['system:masters'] };
const path = '/api/v1/namespaces';

function setUp(t: TestContext): { world: ApiWorld; transport: Transport; asked: [User, Attributes][] } {
  const asked: [User, Attributes][] = [];
  const world = new ApiWorld({
    gate: {
      authenticate: () => Promise.reject(new Error('credentials were examined')),
      authorize: (user, attributes) => {
        asked.push([user, attributes]);
        return { allowed: attributes.name !== 'forbidden', reason: '' };
      },
    },
  });
  const transport = createInProcessTransport(world.core.api, caller);
  t.after(async () => {
    await transport.close();
    await world.store.close();
  });
  return { world, transport, asked };
}

const draft = (name: string) => ({ metadata: { name, labels: { a: 'b' } as Record<string, string> } });

test('requests come from the given user, bodies are copied at once, answers are the stored objects', async (t) => {
  const { transport, asked, world } = setUp(t);
  const body = draft('one');
  const creating = transport.request({ method: 'POST', path, body });
  body.metadata.labels.a = 'changed';
  const { status, headers, body: created } = await creating;
  assert.equal(status, 201);
  assert.equal(headers['content-type'], 'application/json');
  assert.equal((created as AnyObject).metadata.labels?.a, 'b');
  assert.equal(asked[0]?.[0], caller);
  assert.deepEqual(Object.keys(body), ['metadata'], 'the caller’s object stays as it was');
  const read = await transport.request({ method: 'GET', path: `${path}/one` });
  assert.equal(read.body, world.store.get('namespaces/one')?.value);
});

test('queries and media types arrive, texts stay texts', async (t) => {
  const { transport } = setUp(t);
  await transport.request({ method: 'POST', path, body: draft('one') });
  await transport.request({ method: 'POST', path, body: JSON.stringify(draft('two')) });
  const query = { fieldSelector: 'metadata.name=two', limit: undefined };
  const { body } = await transport.request({ method: 'GET', path, query });
  assert.deepEqual(
    (body as { items: AnyObject[] }).items.map(({ metadata }) => metadata.name),
    ['two'],
  );
  const patched = await transport.request({
    method: 'PATCH',
    path: `${path}/two`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { a: null } } },
  });
  assert.equal((patched.body as AnyObject).metadata.labels?.a, undefined);
  assert.equal((await transport.request({ method: 'GET', path: '/healthz' })).body, 'ok');
});

test('a refusal is an answer to a request and a rejection of a watch', async (t) => {
  const { transport } = setUp(t);
  const refused = await transport.request({ method: 'GET', path: `${path}/forbidden` });
  assert.equal(refused.status, 403);
  assert.equal((refused.body as { reason: string }).reason, 'Forbidden');
  const query = { watch: 'true', resourceVersion: 'x' };
  await assert.rejects(
    transport.watch({ method: 'GET', path, query }, () => {}),
    (error) => error instanceof StatusError && error.code === 400,
  );
});

test('events come in order, in a turn of their own, with the stored objects', async (t) => {
  const { transport, world } = setUp(t);
  const events: WatchEvent[] = [];
  let inCommit = false;
  const stream = await transport.watch({ method: 'GET', path, query: { watch: 'true' } }, (event) => {
    assert.equal(inCommit, false);
    events.push(event);
  });
  world.store.watch('namespaces/', world.store.revision, () => {
    inCommit = true;
    queueMicrotask(() => {
      inCommit = false;
    });
  });
  const names = Array.from({ length: 20 }, (_, n) => `n-${n}`);
  await Promise.all(names.map((name) => transport.request({ method: 'POST', path, body: draft(name) })));
  await eventually(() => events.length === names.length);
  assert.deepEqual(
    events.map(({ type, object }) => `${type} ${object.metadata.name}`),
    names.map((name) => `ADDED ${name}`),
  );
  assert.equal(events[3]?.object, world.store.get('namespaces/n-3')?.value);
  stream.close();
  await stream.done;
  await transport.request({ method: 'POST', path, body: draft('late') });
  await new Promise(setImmediate);
  assert.equal(events.length, names.length);
});

/** A handler that only gives away its watch's sink. */
async function openWatch(onEvent: (event: WatchEvent) => void, signal?: AbortSignal) {
  let sink: WatchSink | undefined;
  let stopped = 0;
  const start = (given: WatchSink) => {
    sink = given;
    return () => void stopped++;
  };
  const transport = createInProcessTransport({ handle: async () => ({ kind: 'watch', start }) }, caller);
  const stream = await transport.watch({ method: 'GET', path, signal }, onEvent);
  return { transport, stream, sink: sink as unknown as WatchSink, stopped: () => stopped };
}

test('a watch that the server ends delivers what came before, then is done', async () => {
  const seen: string[] = [];
  const { sink, stream, stopped } = await openWatch(({ type }) => void seen.push(type));
  sink.event('ADDED', valuePayload({}));
  sink.end();
  sink.event('ADDED', valuePayload({}));
  assert.deepEqual(seen, []);
  await stream.done;
  assert.deepEqual(seen, ['ADDED']);
  assert.equal(stopped(), 1);
});

test('closing in the middle of a batch delivers nothing more, and stops the watch once', async () => {
  const seen: string[] = [];
  const world = await openWatch(({ type }) => {
    seen.push(type);
    world.stream.close();
    world.stream.close();
  });
  world.sink.event('ADDED', valuePayload({}));
  world.sink.event('MODIFIED', valuePayload({}));
  await world.stream.done;
  await new Promise(setImmediate);
  assert.deepEqual(seen, ['ADDED']);
  assert.equal(world.stopped(), 1);
});

test('a listener that throws breaks its watch', async () => {
  const { sink, stream, stopped } = await openWatch(() => {
    throw new Error('cannot');
  });
  sink.event('ADDED', valuePayload({}));
  await assert.rejects(stream.done, /cannot/);
  assert.equal(stopped(), 1);
});

test('an aborted signal ends a watch, and a request that waits', async () => {
  const abort = new AbortController();
  const { stream, stopped } = await openWatch(() => {}, abort.signal);
  const slow = createInProcessTransport({ handle: () => new Promise(() => {}) }, caller);
  const waiting = slow.request({ method: 'GET', path, signal: abort.signal });
  abort.abort();
  await stream.done;
  assert.equal(stopped(), 1);
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(slow.request({ method: 'GET', path, signal: abort.signal }), { name: 'AbortError' });
});

test('closing the transport ends its watches and refuses what comes later', async () => {
  const { transport, stream, stopped } = await openWatch(() => {});
  await transport.close();
  await transport.close();
  await stream.done;
  assert.equal(stopped(), 1);
  await assert.rejects(transport.request({ method: 'GET', path }), /closed/);
});

test('what only a stream can answer is refused as a request', async () => {
  const target = { host: 'node', port: 1, path: '/', query: '' };
  const transport = createInProcessTransport({ handle: async () => ({ kind: 'proxy', target }) }, caller);
  await assert.rejects(transport.request({ method: 'GET', path }), /stream/);
  const plain = createInProcessTransport({ handle: async () => textResponse(200, 'x') }, caller);
  assert.equal((await plain.request({ method: 'GET', path })).body, 'x');
});
