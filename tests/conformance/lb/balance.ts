// Which server gets a request.

import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import { fits } from '../../support/lb/chi-square.ts';
import { type EngineWorld, worldOf } from '../../support/lb/engine-world.ts';
import { serverOf } from '../../support/lb/models.ts';
import type { Origin } from '../../support/lb/origin.ts';
import { type Asked, ask, askMany, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const three = ['a', 'b', 'c'];
const total = (origins: readonly Origin[]) => origins.reduce((sum, { served }) => sum + served, 0);
const client = (number: number): Asked => ({ from: `127.0.${number >> 8}.${(number & 255) + 1}` });

async function homes(world: EngineWorld, count: number): Promise<string[]> {
  const answers = await askMany(world.port, count, client);
  return answers.map((answer) => (answer instanceof Error ? answer.message : String(answer.server)));
}

export function balanceRules(rule: Rule): void {
  rule('roundrobin goes round in order', async (t, subject) => {
    const { world } = await worldOf(t, subject, three);
    const order: unknown[] = [];
    for (let number = 0; number < 9; number++) order.push((await world.ask()).server);
    assert.deepEqual(order.slice(3), order.slice(0, -3));
    assert.equal(new Set(order).size, 3);
  });

  rule('roundrobin gives every server its share, however many ask at once', async (t, subject) => {
    const { world } = await worldOf(t, subject, three);
    const counts = shares(await askMany(world.port, 300, {}, 24));
    assert.deepEqual(counts, { a: 100, b: 100, c: 100 });
  });

  rule('weights are shares, and one that changes changes nothing else', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, three);
    const weights = [3, 2, 1];
    const servers = origins.map((origin, index) => serverOf(origin, { weight: weights[index] ?? 1 }));
    await world.apply({ servers });
    const counts = shares(await askMany(world.port, 600, {}, 1));
    for (const [name, wanted] of Object.entries({ a: 300, b: 200, c: 100 })) {
      assert.ok(Math.abs((counts[name] ?? 0) - wanted) <= 3, `${name} got ${counts[name]} of 600`);
    }
    await world.change('a', { weight: 0 });
    assert.deepEqual(Object.keys(shares(await askMany(world.port, 30))).toSorted(), ['b', 'c']);
  });

  rule('leastconn prefers who has least to do', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, three, { backend: { balance: 'leastconn' } });
    const [slow, ...quick] = origins;
    if (!slow) throw new Error('no origin');
    slow.hangs = true;
    const held: Promise<unknown>[] = [];
    while (slow.served === 0) {
      const before = total(origins);
      held.push(world.ask({ timeoutMs: 15_000 }).catch(() => undefined));
      await eventually(() => total(origins) > before);
    }
    // One at a time: with more a quick one may have as much to do as the slow one has.
    await askMany(world.port, 40, {}, 1);
    assert.equal(slow.served, 1, 'one that hangs is not asked again while the others are free');
    assert.ok(quick.every(({ served }) => served >= 10));
    await slow.stop();
    await Promise.all(held);
  });

  rule('source: a client stays, and a lost server moves only its own clients', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, three, { backend: { balance: 'source' } });
    const before = await homes(world, 90);
    assert.deepEqual(await homes(world, 90), before);
    assert.equal(new Set(before).size, 3);
    await world.apply({ servers: origins.slice(0, 2).map((origin) => serverOf(origin)) });
    const after = await homes(world, 90);
    const moved = before.filter((home, number) => home !== after[number]);
    assert.ok(
      moved.every((home) => home === 'c'),
      'only clients of the lost one have moved',
    );
    assert.equal(moved.length, before.filter((home) => home === 'c').length);
    await world.apply({ servers: origins.map((origin) => serverOf(origin)) });
    assert.deepEqual(await homes(world, 90), before, 'when it is back, so are they');
  });

  rule('random spreads as chance does', async (t, subject) => {
    const { world } = await worldOf(t, subject, three, { backend: { balance: 'random' } });
    const counts = shares(await askMany(world.port, 900, {}, 1));
    const each = three.map((name) => counts[name] ?? 0);
    assert.ok(fits(each, [1 / 3, 1 / 3, 1 / 3]), `it gave ${each.join()}`);
  });

  rule('first fills one before it takes the next', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, three, {
      backend: { balance: 'first', maxconn: 2 },
    });
    assert.deepEqual(shares(await askMany(world.port, 10, {}, 1)), { a: 10 });
    for (const origin of origins) origin.hangs = true;
    const held = askMany(world.port, 3, {}, 3);
    await eventually(() => origins[0]?.inFlight === 2 && origins[1]?.inFlight === 1);
    assert.equal(origins[2]?.inFlight, 0);
    for (const origin of origins) await origin.stop();
    await held;
  });

  rule('a server that enters is used, one that leaves is not, and nobody notices', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, three);
    const some = origins.slice(0, 2).map((origin) => serverOf(origin));
    await world.apply({ servers: some });
    assert.deepEqual(shares(await askMany(world.port, 20)), { a: 10, b: 10 });
    await world.apply({ servers: origins.map((origin) => serverOf(origin)) });
    await eventually(async () => (await ask(world.port)).server === 'c');
    assert.equal(shares(await askMany(world.port, 30)).failed, undefined);
  });

  rule('slowstart lets a server that comes back grow', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], { backend: { slowstartMs: 60_000 } });
    await world.change('b', { state: 'maint' });
    await askMany(world.port, 10);
    origins[1]?.forget();
    await world.change('b', { state: 'ready' });
    await world.untilActive('a', 'b');
    const counts = shares(await askMany(world.port, 100, {}, 1));
    assert.ok((counts.b ?? 0) < 20, `it got ${counts.b} of 100 at once`);
    assert.equal(counts.failed, undefined);
  });

  rule('a client with affinity keeps its server', async (t, subject) => {
    const { world } = await worldOf(t, subject, three, { backend: { affinityMs: 60_000 } });
    const first = await homes(world, 12);
    assert.equal(new Set(first).size, 3);
    assert.deepEqual(await homes(world, 12), first);
  });
}
