// The plans of examples/load as users take them: each can be run against an address of their own, and does what its name says.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import type { ClosedLoad, OpenLoad } from '../../src/load/plan/plan.ts';
import { readPlanFile } from '../../src/load/plan/read-plan-file.ts';
import { targetsOf } from '../../src/load/run/check-targets.ts';
import { RelevoHome } from '../support/relevo.ts';

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

test('a shop of JMeter and a crowd in small run', async (t) => {
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
  const url = `url=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = (name: string, ...words: string[]) =>
    home.run('load', 'run', path.join(folder, name), '-J', url, '-o', 'json', ...words);
  const shop = await run('shop.jmx', '-J', 'users=3', '-J', 'loops=2', '-J', 'rampUp=0');
  assert.equal(shop.code, 0, shop.stderr);
  const { labels, total } = JSON.parse(shop.stdout);
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
  const crowd = await run('two-thousand-at-once.yaml', '-J', 'users=20');
  assert.equal(JSON.parse(crowd.stdout).total.count, 20, crowd.stderr);
});
