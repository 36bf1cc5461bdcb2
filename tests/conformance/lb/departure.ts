// How servers leave: nothing new, what they have is finished, and then it is said.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../../support/eventually.ts';
import { type EngineWorld, worldOf } from '../../support/lb/engine-world.ts';
import { serverOf } from '../../support/lb/models.ts';
import { Origin } from '../../support/lb/origin.ts';
import { SteadyLoad } from '../../support/lb/steady-load.ts';
import { askMany, shares } from '../../support/lb/user.ts';
import { Wire } from '../../support/lb/wire.ts';
import type { Rule } from './rules.ts';

const departed = (world: EngineWorld, name: string) =>
  world.events.some((event) => event.type === 'departed' && event.server === `uid-${name}`);

export function departureRules(rule: Rule): void {
  rule(
    'a departing server finishes what it has, gets nothing new, and is then told of',
    async (t, subject) => {
      const { world, origins } = await worldOf(t, subject, ['a', 'b'], {
        backend: { persistence: { name: 'SRV', mode: 'insert' } },
      });
      const [a] = origins;
      if (!a) throw new Error('no origin');
      let cookie = '';
      while (cookie === '') {
        const { server, headers } = await world.ask();
        if (server === 'a') cookie = String(headers['set-cookie']?.[0]?.split(';')[0]);
      }
      a.delayMs = 400;
      const held = world.ask({ headers: { cookie } });
      await eventually(() => a.inFlight === 1);
      await world.change('a', { state: 'departing' });
      assert.deepEqual(shares(await askMany(world.port, 10, { headers: { cookie } })), { b: 10 });
      assert.equal(departed(world, 'a'), false);
      assert.equal((await held).server, 'a');
      await eventually(() => departed(world, 'a'));
    },
  );

  rule('one that has nothing to do is told of at once', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a', 'b']);
    await askMany(world.port, 4);
    await world.change('a', { state: 'departing' });
    await eventually(() => departed(world, 'a'));
  });

  rule('a request that outlasts the time of its departing server is answered', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: { drainMs: 300 } });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    for (const origin of origins) origin.gate = gate;
    const held = Promise.all(['a', 'b'].map(() => world.ask({ method: 'POST', body: 'x' })));
    await eventually(() => origins.every(({ inFlight }) => inFlight === 1));
    await world.change('a', { state: 'departing' });
    await eventually(() => departed(world, 'a'));
    // It is told that it may go, but it is there as long as it has something to say.
    await world.apply({ servers: origins.slice(1).map((origin) => serverOf(origin)) });
    assert.equal(origins[0]?.inFlight, 1);
    open();
    assert.deepEqual((await held).map(({ server }) => server).toSorted(), ['a', 'b']);
  });

  rule('upgraded connections end when the time of a departing server is over', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: { drainMs: 300 } });
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    await wire.until('\r\n\r\n');
    wire.socket.write('hello');
    await wire.until('hello');
    assert.equal(origins.length, 1);
    await world.change('a', { state: 'departing' });
    await eventually(() => departed(world, 'a') && wire.closed);
  });

  rule('tunnels end when the time of a departing server is over', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { drainMs: 300, mode: 'tcp' },
      frontend: { mode: 'tcp' },
    });
    const socket = connect(world.port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /slow HTTP/1.1\r\n');
    await eventually(async () => (await world.server('a')).inFlight === 1);
    assert.equal(origins.length, 1);
    await world.change('a', { state: 'departing' });
    await once(socket, 'close');
    await eventually(() => departed(world, 'a'));
  });

  rule('servers that come and go under load lose nothing', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b', 'c']);
    const load = new SteadyLoad(world.port, 200);
    let current = origins;
    for (let round = 0; round < 8; round++) {
      const fresh = await Origin.start(t, `n${round}`);
      const [oldest, ...rest] = current;
      if (!oldest) throw new Error('no origin');
      const name = oldest.name;
      const all = [...current, fresh].map((origin) => serverOf(origin));
      await world.apply({ servers: all });
      await world.change(name, { state: 'departing' });
      await eventually(() => departed(world, name));
      await oldest.stop();
      current = [...rest, fresh];
      await world.apply({ servers: current.map((origin) => serverOf(origin)) });
      await eventually(() => fresh.served > 0);
    }
    const { failures, sent } = await load.stop();
    assert.deepEqual(failures, []);
    assert.ok(sent > 0);
  });

  rule('ten changes in a row under load lose nothing', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b', 'c']);
    const load = new SteadyLoad(world.port, 200);
    for (let round = 0; round < 10; round++) {
      const name = ['a', 'b', 'c'][round % 3] ?? 'a';
      await world.change(name, { weight: 1 + round });
      await world.apply({ backend: { sorry: { retryAfterSeconds: round + 1, variants: [] } } });
      await world.apply({ frontend: { routes: [routeTo(`/r${round}`)] } });
      const before = load.sent;
      await eventually(() => load.sent > before + 20);
    }
    assert.deepEqual((await load.stop()).failures, []);
    assert.ok(origins.every(({ served }) => served > 0));
  });
}

function routeTo(value: string) {
  return {
    path: { type: 'prefix', value },
    action: { type: 'backend', backend: 'default/web:http' },
  } as const;
}
