import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BareServer, startBareServer } from './bare-server.ts';
import { Connection } from './connections.ts';
import { Load } from './load.ts';
import { scratchDir } from './scratch.ts';
import { Watchers } from './watchers.ts';

const scratch = scratchDir('load-test');
let server: BareServer;

before(async () => {
  server = await startBareServer(scratch.path);
});
after(async () => {
  await server.stop();
  scratch[Symbol.dispose]();
});

test('every request is sent once, over so many connections at most', async () => {
  const load = new Load(server.endpoint, 4);
  await server.answer({ status: 200, body: '{"a":1}' });
  await load.warm();
  const sent: number[] = [];
  const request = (i: number) => {
    sent.push(i);
    return { method: 'GET', path: '/thing' } as const;
  };
  const sample = await load.drive({ count: 50, status: 200, request });
  await load.close();
  assert.deepEqual(
    sent,
    Array.from({ length: 50 }, (_, i) => i),
  );
  assert.equal(sample.count, 50);
  assert.ok(sample.perSecond > 0 && sample.p50 > 0 && sample.p50 <= sample.p99 && sample.p99 <= sample.max);
});

test('an answer that is not as it must be is an error with the words of the server', async () => {
  const load = new Load(server.endpoint, 2);
  await server.answer({ status: 409, body: 'exists already' });
  const order = {
    count: 5,
    status: 201,
    request: () => ({ method: 'POST', path: '/things', body: '{}' }) as const,
  };
  await assert.rejects(load.drive(order), /POST \/things was answered with 409: exists already/);
  await load.close();
});

test('watchers have received when the last of them has', async () => {
  const watchers = await Watchers.open(server.endpoint, '/things?watch=1', 5);
  const writer = new Connection(server.endpoint);
  const received = watchers.received(3);
  const began = performance.now();
  let early = false;
  received.then(() => {
    early = true;
  });
  for (let i = 0; i < 2; i++) await writer.send({ method: 'POST', path: '/things', body: '{}' });
  // Answered after the watchers were written to: what was going to come has come, or would be 10 of 15.
  assert.equal(early, false);
  await writer.send({ method: 'POST', path: '/things', body: '{}' });
  assert.ok((await received) > began);
  await Promise.all([watchers.close(), writer.close()]);
});

test('a watch that is refused is an error', async () => {
  // Nobody listens there any more.
  const nowhere = { ...server.endpoint, origin: 'https://127.0.0.1:1' };
  await assert.rejects(Watchers.open(nowhere, '/things?watch=1', 1));
});
