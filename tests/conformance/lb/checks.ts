// What tells the balancer whether a server works, and what people say of it.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { eventually } from '../../support/eventually.ts';
import { worldOf } from '../../support/lb/engine-world.ts';
import { quickCheck } from '../../support/lb/models.ts';
import { askMany, keepAlive, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const two = ['a', 'b'];
const checked = { backend: { check: quickCheck } };

export function checkRules(rule: Rule): void {
  rule('a failed http check takes a server out, good ones bring it back', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, two, checked);
    const [a] = origins;
    await world.untilActive('a', 'b');
    if (a) a.healthStatus = 503;
    await world.untilActive('b');
    assert.deepEqual(shares(await askMany(world.port, 10)), { b: 10 });
    assert.equal((await world.server('a')).health, 'down');
    if (a) a.healthStatus = 200;
    await world.untilActive('a', 'b');
    assert.deepEqual(shares(await askMany(world.port, 10)), { a: 5, b: 5 });
    const changes = world.events.flatMap((event) =>
      event.type === 'server' && event.server === 'uid-a' ? [event.change] : [],
    );
    assert.ok(changes.includes('down') && changes.includes('up'), changes.join());
  });

  rule('a server that hangs fails its http check', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, two, {
      backend: { check: { ...quickCheck, timeoutMs: 100 } },
    });
    await world.untilActive('a', 'b');
    if (origins[0]) origins[0].hangs = true;
    await world.untilActive('b');
  });

  rule('the status, a header and the body that are expected are looked at', async (t, subject) => {
    const http = {
      ...{ path: '/', expect: '200', header: { name: 'x-server', value: 'a' }, body: 'a' },
    };
    const { world } = await worldOf(t, subject, two, { backend: { check: { ...quickCheck, http } } });
    await world.untilActive('a');
  });

  rule('without a host of its own a check asks for the address of the server', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: { check: quickCheck } });
    await world.untilActive('a');
    await eventually(() => Number(origins[0]?.healthChecks) > 0);
    assert.equal(origins[0]?.healthHost, `127.0.0.1:${origins[0]?.port}`);
    await world.apply({
      backend: { check: { ...quickCheck, http: { ...quickCheck.http, host: 'shop.example.org' } } },
    });
    await eventually(() => origins[0]?.healthHost === 'shop.example.org');
  });

  rule('without http a check is a connection', async (t, subject) => {
    const { interMs, timeoutMs, rise, fall } = quickCheck;
    const check = { interMs, timeoutMs, rise, fall };
    const { world, origins } = await worldOf(t, subject, two, { backend: { check } });
    await world.untilActive('a', 'b');
    await origins[0]?.stop();
    await world.untilActive('b');
    await origins[0]?.start();
    await world.untilActive('a', 'b');
  });

  rule('a refused connection takes a server out at once, without a failed request', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, two, checked);
    await world.untilActive('a', 'b');
    await origins[0]?.stop();
    assert.deepEqual(shares(await askMany(world.port, 20)), { b: 20 });
    await world.untilActive('b');
  });

  rule('without checks a server that failed is tried again later', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, two);
    await origins[0]?.stop();
    assert.deepEqual(shares(await askMany(world.port, 20)), { b: 20 });
    await origins[0]?.start();
    await eventually(async () => (await world.ask()).server === 'a');
  });

  rule('errors in a row take a server out, but never most of them', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b', 'c'], {
      backend: { observe: { failures: 3, ejectForMs: 30_000, maxEjected: 0.5 } },
    });
    for (const origin of origins.slice(0, 2)) origin.status = 500;
    await eventually(async () => {
      await askMany(world.port, 12);
      return (await world.backend()).servers.filter(({ ejected }) => ejected).length === 1;
    });
    await askMany(world.port, 30);
    assert.equal((await world.backend()).servers.filter(({ ejected }) => ejected).length, 1);
  });

  rule('drain keeps who has a cookie, maint keeps nobody, ready takes all again', async (t, subject) => {
    const { world } = await worldOf(t, subject, two, {
      backend: { persistence: { name: 'SRV', mode: 'insert' } },
    });
    const jar = new Map<string, string>();
    for (let number = 0; number < 4; number++) {
      const { server, headers } = await world.ask();
      const cookie = headers['set-cookie']?.[0]?.split(';')[0];
      if (server && cookie) jar.set(server, cookie);
    }
    const headers = { cookie: String(jar.get('a')) };
    await world.change('a', { state: 'drain' });
    assert.deepEqual(shares(await askMany(world.port, 6)), { b: 6 });
    assert.deepEqual(shares(await askMany(world.port, 6, { headers })), { a: 6 });
    await world.change('a', { state: 'maint' });
    assert.deepEqual(shares(await askMany(world.port, 6, { headers })), { b: 6 });
    await world.change('a', { state: 'ready' });
    assert.deepEqual(shares(await askMany(world.port, 6, { headers })), { a: 6 });
  });

  rule('the agent of a server changes its weight without a new connection', async (t, subject) => {
    let word = '100%\n';
    const agent = createServer((socket) => socket.on('error', () => {}).end(word));
    await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve));
    t.after(() => agent.close());
    const address = agent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { world } = await worldOf(t, subject, ['a'], {
      backend: { check: { ...quickCheck, agent: { port, interMs: 100 } } },
    });
    await world.change('a', { weight: 100 });
    const user = keepAlive(t, 1);
    await world.ask({ agent: user });
    word = '25%\n';
    await eventually(async () => (await world.server('a')).weight === 25);
    assert.equal((await world.ask({ agent: user })).status, 200);
    word = 'drain\n';
    await eventually(async () => !(await world.server('a')).active);
    word = 'ready up 100%\n';
    await eventually(async () => (await world.server('a')).active);
  });
}
