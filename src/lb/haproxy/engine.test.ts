import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { EngineWorld, worldOf } from '../../../tests/support/lb/engine-world.ts';
import { serverOf } from '../../../tests/support/lb/models.ts';
import { Origin } from '../../../tests/support/lb/origin.ts';
import { askMany, shares } from '../../../tests/support/lb/user.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';

const subject = { name: 'haproxy', workers: 2 } as const;
const open = (t: TestContext, names: readonly string[]) => worldOf(t, subject, names);

test('servers enter, change and leave while the same process runs', async (t) => {
  const { world, origins } = await open(t, ['a', 'b']);
  const { pid } = await world.stats();
  const fresh = await Origin.start(t, 'c');
  await world.apply({ servers: [...origins, fresh].map((origin) => serverOf(origin, { weight: 5 })) });
  assert.deepEqual(shares(await askMany(world.port, 30, {}, 1)), { a: 10, b: 10, c: 10 });
  await world.apply({ servers: [serverOf(fresh)] });
  assert.deepEqual(shares(await askMany(world.port, 6)), { c: 6 });
  await world.apply({ servers: [serverOf(fresh), ...origins.map((origin) => serverOf(origin))] });
  assert.deepEqual(shares(await askMany(world.port, 9, {}, 1)), { a: 3, b: 3, c: 3 });
  assert.equal((await world.stats()).pid, pid);
});

test('counts go on from one process to the next, and the next knows who is drained', async (t) => {
  const { world } = await open(t, ['a', 'b']);
  await world.change('a', { state: 'drain' });
  await askMany(world.port, 10);
  const before = await world.stats();
  await world.apply({ backend: { balance: 'leastconn' } });
  assert.deepEqual(shares(await askMany(world.port, 10)), { b: 10 });
  const after = await eventually(async () => {
    const stats = await world.stats();
    return stats.frontends[0]?.bins.ok === 20 && stats;
  });
  assert.notEqual(after.pid, before.pid);
  assert.equal(after.epoch, before.epoch);
  assert.equal(after.unknown, 0);
});

test('what HAProxy does not take is told, and the configuration before serves', async (t) => {
  const { world } = await open(t, ['a']);
  const { pid } = await world.stats();
  const [problem] = await world.apply({ frontend: { trustedProxies: ['not an address'] } });
  assert.equal(problem?.subject, 'haproxy');
  assert.match(problem.message, /does not take the configuration/);
  assert.equal((await world.ask()).server, 'a');
  assert.equal((await world.stats()).pid, pid);
});

test('the access log has the names of the model, and goes on over changes of the process', async (t) => {
  const { world } = await open(t, ['a']);
  const file = path.join(temporaryFolder(t), 'access.log');
  await world.apply({ model: { accessLog: { format: 'httplog', file } } });
  await world.ask({ path: '/one' });
  await world.apply({ model: { accessLog: { format: 'json', file } } });
  await world.ask({ path: '/tw"o' });
  const lines = await eventually(() => {
    const all = readFileSync(file, 'utf8').split('\n');
    const requests = all.filter((line) => /one|tw/.test(line));
    return requests.length === 2 && requests;
  });
  assert.match(
    lines[0] ?? '',
    /\] web default\/web:http\/a [\d/]+ 200 \d+ - - ---- .* "GET \/one HTTP\/1\.1"$/,
  );
  const { server, status, target } = JSON.parse(lines[1] ?? '');
  assert.deepEqual([server, status, target], ['a', 200, '/tw"o']);
});

test('nothing is left after close', async (t) => {
  const world = await EngineWorld.open(t, subject);
  await world.apply({ servers: [] });
  const { pid } = await world.stats();
  await world.engine.close();
  assert.throws(() => process.kill(pid, 0));
  await assert.rejects(world.engine.apply(world.model), /closed/);
});
