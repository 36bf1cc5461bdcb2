// Users that stay with their server, by a cookie and without a table.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type EngineWorld, type Subject, worldOf } from '../../support/lb/engine-world.ts';
import { serverOf } from '../../support/lb/models.ts';
import type { Origin } from '../../support/lb/origin.ts';
import { askMany, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const names = ['a', 'b', 'c'];
const insert = { persistence: { name: 'SRV', mode: 'insert' } } as const;
const prefix = { persistence: { name: 'JSESSIONID', mode: 'prefix' } } as const;

/** A browser with a cookie jar of one cookie. */
class Browser {
  readonly #world: EngineWorld;
  cookie = '';

  constructor(world: EngineWorld) {
    this.#world = world;
  }

  async visit(): Promise<string> {
    const { server, headers, status } = await this.#world.ask({
      headers: this.cookie ? { cookie: this.cookie } : {},
    });
    const set = headers['set-cookie']?.[0]?.split(';')[0];
    if (set) this.cookie = set;
    return server ?? String(status);
  }
}

async function visitors(
  world: EngineWorld,
  count: number,
): Promise<{ browsers: Browser[]; homes: string[] }> {
  const browsers = Array.from({ length: count }, () => new Browser(world));
  const homes: string[] = [];
  for (const browser of browsers) homes.push(await browser.visit());
  return { browsers, homes };
}

async function revisit(browsers: readonly Browser[]): Promise<string[]> {
  const homes: string[] = [];
  for (const browser of browsers) homes.push(await browser.visit());
  return homes;
}

async function movesOnce(world: EngineWorld, origins: readonly Origin[]): Promise<void> {
  const { browsers, homes } = await visitors(world, 12);
  assert.equal(new Set(homes).size, 3);
  assert.deepEqual(await revisit(browsers), homes);
  await origins[0]?.stop();
  const moved = await revisit(browsers);
  homes.forEach((home, user) => {
    if (home === 'a') assert.notEqual(moved[user], 'a');
    else assert.equal(moved[user], home, 'who was elsewhere stays there');
  });
  assert.deepEqual(await revisit(browsers), moved, 'nobody moves a second time');
  await origins[0]?.start();
  await world.apply({ backend: {} });
  assert.deepEqual(await revisit(browsers), moved, 'nor back');
}

async function setUp(t: TestContext, subject: Subject, mode: typeof insert | typeof prefix) {
  const { world, origins } = await worldOf(t, subject, names, { backend: mode });
  if (mode === prefix)
    for (const origin of origins) origin.headers = { 'set-cookie': 'JSESSIONID=ABC; Path=/' };
  return { world, origins };
}

export function persistenceRules(rule: Rule): void {
  rule('an inserted cookie keeps a user, who moves exactly once when the server dies', async (t, subject) => {
    const { world, origins } = await setUp(t, subject, insert);
    await movesOnce(world, origins);
  });

  rule('a prefixed cookie keeps a user, who moves exactly once when the server dies', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, names, { backend: prefix });
    for (const origin of origins) origin.headers = { 'set-cookie': 'JSESSIONID=ABC; Path=/' };
    await movesOnce(world, origins);
  });

  rule('the application never sees what was inserted or put before its value', async (t, subject) => {
    const { world, origins } = await setUp(t, subject, insert);
    const browser = new Browser(world);
    await browser.visit();
    await world.ask({ headers: { cookie: `a=1; ${browser.cookie}; b=2` } });
    const cookies = origins.flatMap(({ seen }) => seen.map(({ headers }) => headers.cookie ?? ''));
    assert.ok(
      cookies.every((cookie) => !cookie.includes('SRV=')),
      cookies.join('|'),
    );
    assert.ok(cookies.some((cookie) => cookie.includes('a=1') && cookie.includes('b=2')));
  });

  rule('a prefixed value comes back to the application as it was', async (t, subject) => {
    const { world, origins } = await setUp(t, subject, prefix);
    const browser = new Browser(world);
    await browser.visit();
    assert.match(browser.cookie, /^JSESSIONID=[^~]+~ABC$/);
    await browser.visit();
    const cookies = origins.flatMap(({ seen }) => seen.map(({ headers }) => headers.cookie));
    assert.ok(cookies.includes('JSESSIONID=ABC'), String(cookies));
  });

  rule('cookies follow the server, not its address or its place in the list', async (t, subject) => {
    const { world, origins } = await setUp(t, subject, insert);
    const { browsers, homes } = await visitors(world, 6);
    const moving = origins[0];
    if (!moving) throw new Error('no origin');
    await moving.stop();
    moving.port = 0;
    await moving.start();
    await world.apply({ servers: origins.map((origin) => serverOf(origin)).toReversed() });
    await world.untilActive(...names);
    assert.deepEqual(await revisit(browsers), homes);
  });

  rule('a cookie that names nobody is like none', async (t, subject) => {
    const { world } = await setUp(t, subject, insert);
    const headers = { cookie: 'SRV=forged' };
    assert.deepEqual(shares(await askMany(world.port, 9, { headers }, 1)), { a: 3, b: 3, c: 3 });
  });
}
