// Limits of servers, and the queue in front of them.

import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import { worldOf } from '../../support/lb/engine-world.ts';
import { type Answer, askMany, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const statusOf = (answer: Answer | Error) => (answer instanceof Error ? answer.message : answer.status);

export function queueRules(rule: Rule): void {
  rule('maxconn 1 never overlaps, however many ask', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: { maxconn: 1 } });
    for (const origin of origins) origin.delayMs = 2;
    const answers = await askMany(world.port, 200, {}, 40);
    assert.deepEqual(new Set(answers.map(statusOf)), new Set([200]));
    assert.deepEqual(
      origins.map(({ peak }) => peak),
      [1, 1],
    );
  });

  rule('who waits is served in the order of arrival', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: { maxconn: 1 } });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.delayMs = 60;
    const asked: Promise<unknown>[] = [];
    for (let number = 0; number < 10; number++) {
      asked.push(world.ask({ path: `/${number}` }));
      // The next comes when this one is known to wait, or to be served.
      await eventually(async () => {
        const { inFlight, queued } = await world.backend();
        return inFlight + queued + a.served - a.inFlight > number;
      });
    }
    await Promise.all(asked);
    assert.deepEqual(
      a.seen.map(({ url }) => url),
      Array.from({ length: 10 }, (_, number) => `/${number}`),
    );
  });

  rule('who waits too long is shed, with the page and its headers', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { maxconn: 1, queue: { timeoutMs: 300, max: 100 } },
    });
    if (origins[0]) origins[0].hangs = true;
    const held = world.ask().catch(() => undefined);
    await eventually(() => origins[0]?.inFlight === 1);
    const { status, headers } = await world.ask();
    assert.equal(status, 503);
    assert.equal(headers['x-relevo-outcome'], 'shed');
    assert.equal(headers['retry-after'], '5');
    assert.equal(headers['cache-control'], 'no-store');
    await origins[0]?.stop();
    await held;
  });

  rule('who finds the queue full is shed at once', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { maxconn: 1, queue: { timeoutMs: 15_000, max: 2 } },
    });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.hangs = true;
    const held = askMany(world.port, 3, {}, 3);
    await eventually(async () => (await world.backend()).queued === 2);
    assert.equal((await world.ask()).headers['x-relevo-outcome'], 'shed');
    a.hangs = false;
    await a.stop();
    await a.start();
    await held;
  });

  rule('a client that goes away leaves the queue', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: { maxconn: 1 } });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.hangs = true;
    const held = world.ask().catch(() => undefined);
    await eventually(() => a.inFlight === 1);
    await assert.rejects(world.ask({ timeoutMs: 100 }));
    await eventually(async () => (await world.backend()).queued === 0);
    await a.stop();
    await held;
    assert.equal(a.served, 1);
  });

  rule('minconn limits a server while little is going on', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { minconn: 1, maxconn: 10, fullconn: 20 },
    });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.delayMs = 20;
    await askMany(world.port, 6, {}, 3);
    assert.ok(a.peak <= 3, `with three clients it had ${a.peak}`);
    a.forget();
    const many = await askMany(world.port, 60, {}, 30);
    assert.equal(shares(many).a, 60);
    assert.ok(a.peak > 5 && a.peak <= 10, `with thirty clients it had ${a.peak}`);
  });
}
