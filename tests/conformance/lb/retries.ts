// What becomes of a request whose server fails before it has said anything.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { worldOf } from '../../support/lb/engine-world.ts';
import { quickCheck, serverOf } from '../../support/lb/models.ts';
import { askMany, keepAlive, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const twice = { retries: { attempts: 2, redispatch: true } };

/** Takes requests and cuts the connection without a word. */
async function cutter(t: TestContext): Promise<{ port: number; taken: () => number; server: Server }> {
  let taken = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      taken++;
      socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, taken: () => taken, server };
}

export function retryRules(rule: Rule): void {
  rule('a request that nobody took goes to another server, whatever its method', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: twice });
    await origins[0]?.stop();
    const posts = await askMany(world.port, 10, { method: 'POST', body: 'x'.repeat(1_000) });
    assert.deepEqual(shares(posts), { b: 10 });
    assert.equal(origins[1]?.seen[0]?.body.length, 1_000);
  });

  rule('a GET that was cut off is asked again elsewhere', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['b'], { backend: twice });
    const bad = await cutter(t);
    await world.apply({
      servers: [...origins.map((origin) => serverOf(origin)), serverOf({ name: 'cut', port: bad.port })],
    });
    const answers = await askMany(world.port, 12, {}, 1);
    assert.deepEqual(shares(answers), { b: 12 });
    assert.ok(bad.taken() > 0);
  });

  rule('a POST that a server has taken is never sent again', async (t, subject) => {
    const { world } = await worldOf(t, subject, [], { backend: twice });
    const [one, other] = [await cutter(t), await cutter(t)];
    await world.apply({
      servers: [serverOf({ name: 'one', port: one.port }), serverOf({ name: 'other', port: other.port })],
    });
    const { status } = await world.ask({ method: 'POST', body: 'once' });
    assert.ok(status >= 500, `it got ${status}`);
    assert.equal(one.taken() + other.taken(), 1);
  });

  rule('a POST that is cut off is answered, on a kept connection, too', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: twice });
    const agent = keepAlive(t, 1);
    assert.equal((await world.ask({ agent })).status, 200);
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.hangs = true;
    const posted = world.ask({ method: 'POST', body: 'once', agent });
    // Whichever way it ends, it ends while this waits.
    posted.catch(() => {});
    await eventually(() => a.inFlight === 1);
    await a.stop();
    assert.ok((await posted).status >= 500);
  });

  rule('without retries the first failure counts', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['b'], {
      backend: { retries: { attempts: 0, redispatch: false } },
    });
    const bad = await cutter(t);
    await world.apply({
      servers: [serverOf({ name: 'cut', port: bad.port }), ...origins.map((origin) => serverOf(origin))],
    });
    const answers = await askMany(world.port, 4, {}, 1);
    assert.ok(answers.some((answer) => !(answer instanceof Error) && answer.status >= 500));
  });

  rule('retries and redispatches are counted', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: twice });
    await origins[0]?.stop();
    await askMany(world.port, 4, {}, 1);
    await eventually(async () => (await world.backend()).redispatches >= 1);
  });

  rule('a server that froze: its GETs are answered by another after the check', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], {
      backend: { ...twice, check: { ...quickCheck, timeoutMs: 200 } },
    });
    await world.untilActive('a', 'b');
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.hangs = true;
    const answers = await askMany(world.port, 8, {}, 8);
    assert.deepEqual(shares(answers), { b: 8 });
    assert.ok(a.served > 0, 'some were with it when it froze');
  });

  rule('a server that does not answer in time is a 504', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: {
        timeouts: { connectMs: 500, serverMs: 300, tunnelMs: 1_000 },
        retries: { attempts: 0, redispatch: false },
      },
    });
    if (origins[0]) origins[0].hangs = true;
    assert.equal((await world.ask({ method: 'POST', body: 'x' })).status, 504);
  });

  rule('kept connections that a server closes cost nobody a request', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: twice });
    for (let round = 0; round < 5; round++) {
      assert.deepEqual(shares(await askMany(world.port, 8, {}, 4)), { a: 8 });
      await origins[0]?.stop();
      await origins[0]?.start();
      await eventually(async () => (await world.ask()).status === 200);
    }
  });
}
