// The plans of examples/load as users take them: each can be run against an address of their own, and does what its name says.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ClosedLoad, Group, OpenLoad } from '../../src/load/plan/plan.ts';
import { readPlanFile } from '../../src/load/plan/read-plan-file.ts';
import { targetsOf } from '../../src/load/run/check-targets.ts';
import { RelevoHome } from '../support/relevo.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = path.join(import.meta.dirname, '../../examples/load');
const plans = readdirSync(folder).filter((name) => !name.startsWith('README'));
const loadOf = (name: string) => readPlanFile(path.join(folder, name)).plan.groups[0]?.load;

for (const name of plans) {
  test(`${name} asks whom it is told to ask, and nothing of it is unsupported`, () => {
    const url = 'http://127.0.0.9:1234';
    const { plan, unsupported } = readPlanFile(path.join(folder, name), { url });
    assert.deepEqual(unsupported, []);
    assert.deepEqual(targetsOf(plan), [{ host: '127.0.0.9', port: 1234 }]);
    assert.deepEqual(targetsOf(readPlanFile(path.join(folder, name)).plan), [
      { host: '127.0.0.1', port: 8080 },
    ]);
  });
}

test('both readings of "2,000 users within 0.5 s" are there', () => {
  const every = loadOf('two-thousand-users.yaml') as ClosedLoad;
  const atOnce = loadOf('two-thousand-at-once.yaml') as ClosedLoad;
  assert.match(every.users, /2000/);
  assert.deepEqual([atOnce.rampUpMs, atOnce.loops], ['500', '1']);
});

test('the steps go up', () => {
  const rates = (loadOf('steps.yaml') as OpenLoad).stages.map(({ fromRate }) => fromRate);
  assert.deepEqual(
    rates,
    rates.toSorted((a, b) => a - b),
  );
});

interface Shop {
  readonly home: RelevoHome;
  /** For `-J`. */
  readonly url: string;
  /** How often each path was asked for. */
  readonly seen: ReadonlyMap<string, number>;
}

async function shop(t: TestContext): Promise<Shop> {
  const home = new RelevoHome();
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    seen.set(request.url ?? '', (seen.get(request.url ?? '') ?? 0) + 1);
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    home.remove();
  });
  return { home, seen, url: `url=http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('the shop of JMeter in small runs', async (t) => {
  const { home, url, seen } = await shop(t);
  const small = ['users=3', 'loops=2', 'rampUp=0'].flatMap((property) => ['-J', property]);
  const run = await home.run(
    ...['load', 'run', path.join(folder, 'shop.jmx'), '-J', url, '-o', 'json', ...small],
  );
  assert.equal(run.code, 0, run.stderr);
  const { labels, total } = JSON.parse(run.stdout);
  assert.deepEqual(
    labels.map(({ label, count }: { label: string; count: number }) => [label, count]).sort(),
    [
      ['A visit', 6],
      ['Home', 6],
      ['Search', 6],
    ],
  );
  assert.equal(total.failed, 0);
  assert.equal(seen.get('/?q=shoes+%26+socks') ?? seen.get('/?q=shoes%20%26%20socks'), 6);
});

/** The same plan over within a second or two. */
function inSmall(source: string): string {
  return source
    .replaceAll(/\bfor: \w+/g, 'for: 200ms')
    .replaceAll(/\b(rampUp|from): \w+/g, '$1: 10ms')
    .replaceAll(/\b(to): \w+ /g, '$1: 20ms ')
    .replaceAll(/\bduration: \w+/g, 'duration: 1s');
}

/** Requests that a plan in small is to make: at least and at most. */
function wanted({ load }: Group): [number, number] {
  if (load.model === 'closed') return load.loops === undefined ? [users, Infinity] : [users, users];
  const all = load.stages.reduce(
    (sum, { fromRate, toRate, durationMs }) => sum + (((fromRate + toRate) / 2) * durationMs) / 1_000,
    0,
  );
  // Arrivals by chance: six standard deviations.
  const more = load.arrivals === 'even' ? load.stages.length : 6 * Math.sqrt(all);
  return [all - more, all + more];
}

const users = 20;

for (const name of plans.filter((one) => one.endsWith('.yaml'))) {
  test(`${name} in small runs, and nothing fails`, async (t) => {
    const { home, url, seen } = await shop(t);
    const file = path.join(temporaryFolder(t), name);
    writeFileSync(file, inSmall(readFileSync(path.join(folder, name), 'utf8')));
    const run = await home.run('load', 'run', file, '-J', url, '-J', `users=${users}`, '-o', 'json');
    // Whether it was fast enough is the machine's matter: thresholds decide about 1 and 3.
    assert.ok([0, 1, 3].includes(run.code ?? -1), run.stderr);
    const { total, dropped } = JSON.parse(run.stdout);
    assert.deepEqual([total.failed, seen.get('/')], [0, total.count]);
    const [least, most] = wanted(readPlanFile(file).plan.groups[0] as Group);
    const all = total.count + dropped;
    assert.ok(least <= all && all <= most, `${least} <= ${all} <= ${most}`);
  });
}
