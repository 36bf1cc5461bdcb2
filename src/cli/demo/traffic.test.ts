import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { type Sample, Traffic } from './traffic.ts';

async function serve(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What becomes of the first requests, all of which have ended. */
async function samplesOf(url: string, count: number, limitMs = 10_000): Promise<Sample[]> {
  const traffic = new Traffic({ url, ratePerSecond: 200, limitMs, clock: systemClock });
  const samples: Sample[] = [];
  const enough = Promise.withResolvers<void>();
  traffic.samples.subscribe((sample) => {
    samples.push(sample);
    if (samples.length >= count) enough.resolve();
  });
  traffic.start();
  await enough.promise;
  await traffic.close();
  assert.equal(samples.length, traffic.sent, 'every request ends once');
  return samples;
}

test('an answer names its node, and requests are due at a steady rate', async (t) => {
  const url = await serve(
    t,
    createServer((_, response) => response.end('{"node":"node-7"}')),
  );
  const samples = await samplesOf(url, 10);
  for (const { node, failure, sentAt, dueAt, endedAt } of samples) {
    assert.deepEqual([node, failure], ['node-7', undefined]);
    assert.ok(dueAt <= sentAt && sentAt <= endedAt);
  }
  const due = samples.map(({ dueAt }) => dueAt).sort((a, b) => a - b);
  for (const [i, at] of due.slice(1).entries()) assert.ok(Math.abs(at - Number(due[i]) - 5) < 0.001);
});

test('requests do not wait for each other', async (t) => {
  const waiting = new Set<() => void>();
  const server = createServer((_, response) => {
    waiting.add(() => response.end('ok'));
    if (waiting.size === 5) for (const answer of waiting) answer();
    if (waiting.size > 5) response.end('ok');
  });
  const samples = await samplesOf(await serve(t, server), 5);
  assert.ok(samples.every(({ failure }) => failure === undefined));
});

test('what is refused, broken off, answered with an error or too slow is bad', async (t) => {
  const closed = createServer();
  const url = await serve(t, closed);
  closed.close();
  assert.match(String((await samplesOf(url, 1))[0]?.failure), /ECONNREFUSED/);

  const breaking = await serve(
    t,
    createServer((request) => request.socket.destroy()),
  );
  assert.match(String((await samplesOf(breaking, 1))[0]?.failure), /hang up|ECONNRESET/);

  const half = createServer((_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('half', () => response.destroy());
  });
  assert.match(String((await samplesOf(await serve(t, half), 1))[0]?.failure), /aborted|ECONNRESET/);

  const failing = createServer((_, response) => response.writeHead(503).end());
  assert.equal((await samplesOf(await serve(t, failing), 1))[0]?.failure, 'status 503');

  const [slow] = await samplesOf(await serve(t, createServer()), 1, 50);
  assert.equal(slow?.failure, 'too slow');
  assert.ok(Number(slow?.endedAt) - Number(slow?.dueAt) >= 49);
});
