// The page that users see while no server is usable.

import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import { worldOf } from '../../support/lb/engine-world.ts';
import { quickCheck, serverOf } from '../../support/lb/models.ts';
import { askMany, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const sorry = {
  retryAfterSeconds: 7,
  variants: [
    { contentType: 'text/html', body: '<h1>Back soon</h1>' },
    { contentType: 'text/html', language: 'es', body: '<h1>Volvemos pronto</h1>' },
    { contentType: 'application/json', body: '{"sorry":true}' },
    { contentType: 'text/plain', body: 'back soon "quoted" %[x] \\ and a line\nmore' },
  ],
};
const checked = { check: quickCheck, sorry };

export function sorryRules(rule: Rule): void {
  rule('everything down: the page, in the form and language that was asked for', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: checked });
    await world.untilActive('a', 'b');
    await Promise.all(origins.map((origin) => origin.stop()));
    const cases: [Record<string, string>, string, string][] = [
      [{}, 'text/html', '<h1>Back soon</h1>'],
      [{ accept: 'text/html', 'accept-language': 'es-ES,es;q=0.9' }, 'text/html', '<h1>Volvemos pronto</h1>'],
      [{ accept: 'application/json' }, 'application/json', '{"sorry":true}'],
      [{ accept: 'text/plain;q=0.9, application/json;q=0.1' }, 'text/plain', sorry.variants[3]?.body ?? ''],
    ];
    for (const [headers, type, body] of cases) {
      const answer = await world.ask({ headers });
      assert.equal(answer.status, 503);
      assert.match(String(answer.headers['content-type']), new RegExp(`^${type}`));
      assert.equal(answer.body, body);
      assert.equal(answer.headers['retry-after'], '7');
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['x-relevo-outcome'], 'sorry');
    }
  });

  rule('HEAD gets the headers only', async (t, subject) => {
    const { world } = await worldOf(t, subject, [], { backend: { sorry } });
    const { status, body } = await world.ask({ method: 'HEAD' });
    assert.deepEqual([status, body], [503, '']);
  });

  rule(
    'nobody ever sees a 502, a 504 or a refused connection while all go down and come back',
    async (t, subject) => {
      const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: checked });
      await world.untilActive('a', 'b');
      const asked = askMany(world.port, 400, {}, 4);
      await eventually(() => origins.every(({ served }) => served > 10));
      await Promise.all(origins.map((origin) => origin.stop()));
      await eventually(async () => (await world.backend()).sorry);
      await Promise.all(origins.map((origin) => origin.start()));
      const counts = shares(await asked);
      const allowed = new Set(['a', 'b', '503']);
      assert.deepEqual(
        Object.keys(counts).filter((what) => !allowed.has(what)),
        [],
        JSON.stringify(counts),
      );
      await world.untilActive('a', 'b');
      assert.deepEqual(shares(await askMany(world.port, 4)), { a: 2, b: 2 });
    },
  );

  rule('no server at all: a page of the balancer', async (t, subject) => {
    const { world } = await worldOf(t, subject, []);
    const { status, headers, body } = await world.ask({ headers: { accept: 'text/html' } });
    assert.equal(status, 503);
    assert.equal(headers['x-relevo-outcome'], 'sorry');
    assert.match(body, /html/i);
  });

  rule('maintenance shows it on purpose, and ends by itself', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a'], { backend: { sorry } });
    await world.apply({ backend: { maintenanceUntil: Date.now() + 600_000 } });
    assert.equal((await world.ask()).headers['x-relevo-outcome'], 'sorry');
    await world.apply({ backend: { maintenanceUntil: Date.now() + 300 } });
    await eventually(async () => (await world.ask()).status === 200);
  });

  rule("the application's own 502, 503 and 504 pass as they are", async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { sorry, observe: { failures: 1_000, ejectForMs: 500, maxEjected: 0.5 } },
    });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.headers = { 'x-relevo-outcome': 'sorry', 'retry-after': '99' };
    for (const status of [502, 503, 504]) {
      a.status = status;
      const answer = await world.ask({ method: 'POST', body: 'x' });
      assert.equal(answer.status, status);
      assert.equal(answer.body, 'a\n');
      assert.equal(answer.headers['retry-after'], '99');
      assert.equal(answer.headers['x-relevo-outcome'], undefined, 'only the balancer says that');
    }
  });

  rule('a frontend has pages of its own for 502 and 504', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], {
      backend: {
        ...{ sorry, retries: { attempts: 0, redispatch: false } },
        timeouts: { connectMs: 500, serverMs: 500, tunnelMs: 1_000 },
      },
      frontend: {
        errorPages: [
          { status: 502, contentType: 'text/html', body: '<h1>Nobody answered</h1>' },
          { status: 504, contentType: 'application/json', body: '{"late":true}' },
        ],
      },
    });
    for (const origin of origins) origin.hangs = true;
    const post = { method: 'POST', body: 'x', headers: { accept: 'text/plain' } };
    const late = await world.ask(post);
    assert.deepEqual([late.status, late.body], [504, '{"late":true}']);
    assert.match(String(late.headers['content-type']), /^application\/json/);
    await eventually(() => origins.every(({ inFlight }) => inFlight === 0));
    const cut = world.ask(post);
    const taker = await eventually(() => origins.find(({ inFlight }) => inFlight > 0));
    await taker.stop();
    const { status, headers, body } = await cut;
    assert.deepEqual([status, body], [502, '<h1>Nobody answered</h1>']);
    assert.match(String(headers['content-type']), /^text\/html/);
    assert.equal(headers['cache-control'], 'no-store');
    for (const name of ['x-relevo-outcome', 'retry-after', 'vary']) assert.equal(headers[name], undefined);
  });

  rule('the page that is shown is the newest', async (t, subject) => {
    const { world } = await worldOf(t, subject, [], { backend: { sorry } });
    await world.apply({
      backend: { sorry: { retryAfterSeconds: 1, variants: [{ contentType: 'text/html', body: 'new' }] } },
    });
    await eventually(async () => (await world.ask()).body === 'new');
    await world.apply({ servers: [serverOf({ name: 'gone', port: 1 })] });
    assert.equal((await world.ask()).body, 'new', 'a server that was never there is none');
  });
}
