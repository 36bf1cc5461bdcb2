// Numbers that add up: every request is in exactly one bin.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { totalOf } from '../../../src/lb/outcome.ts';
import { eventually } from '../../support/eventually.ts';
import { type EngineWorld, worldOf } from '../../support/lb/engine-world.ts';
import { quickCheck, serverOf } from '../../support/lb/models.ts';
import { askMany } from '../../support/lb/user.ts';
import { Wire } from '../../support/lb/wire.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Rule } from './rules.ts';

async function addsUp(world: EngineWorld): Promise<void> {
  await eventually(async () => {
    const { requests, inFlight, bins } = await world.frontend();
    assert.equal(totalOf(bins) + inFlight, requests, JSON.stringify(bins));
    return inFlight === 0;
  });
}

/** By the last number: lines of several threads come in any order. */
const byPlace = (a: string, b: string) => Number(a.at(-1)) - Number(b.at(-1));

export function statisticsRules(rule: Rule): void {
  rule('every request is in exactly one bin', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { observe: { failures: 1_000, ejectForMs: 500, maxEjected: 0.5 } },
    });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    await askMany(world.port, 20);
    a.status = 404;
    await askMany(world.port, 3);
    a.status = 500;
    await askMany(world.port, 4, { method: 'POST', body: 'x' });
    await addsUp(world);
    const { bins, statusClasses } = await world.frontend();
    assert.deepEqual(bins, { aborted: 0, sorry: 0, shed: 0, serverError: 4, clientError: 3, ok: 20 });
    assert.deepEqual(
      [2, 4, 5].map((digit) => statusClasses[digit]),
      [20, 3, 4],
    );
    assert.deepEqual((await world.backend()).bins, bins);
    const server = await world.server('a');
    assert.equal(server.requests, 27);
  });

  rule('sorry, shed, aborted and malformed requests have their bins', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], {
      backend: { maxconn: 1, queue: { timeoutMs: 300, max: 10 } },
    });
    const [a] = origins;
    if (!a) throw new Error('no origin');
    a.hangs = true;
    await assert.rejects(
      Promise.all([
        world.ask({ timeoutMs: 900 }),
        eventually(() => a.inFlight === 1).then(() =>
          world.ask().then(({ status }) => assert.equal(status, 503)),
        ),
      ]),
    );
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n');
    await eventually(() => wire.closed);
    await world.apply({ servers: [] });
    assert.equal((await world.ask()).status, 503);
    await addsUp(world);
    const { bins } = await world.frontend();
    assert.deepEqual(bins, { aborted: 1, sorry: 1, shed: 1, serverError: 0, clientError: 1, ok: 0 });
  });

  rule('shares are told per server and per node', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b']);
    await world.apply({
      servers: origins.map((origin, index) => serverOf(origin, { node: `node-${index + 1}` })),
    });
    await askMany(world.port, 20);
    await addsUp(world);
    const { servers } = await world.backend();
    assert.deepEqual(servers.map(({ name, node, requests }) => [name, node, requests]).toSorted(), [
      ['a', 'node-1', 10],
      ['b', 'node-2', 10],
    ]);
  });

  rule('bytes, checks and states are told', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a'], { backend: { check: quickCheck } });
    await world.untilActive('a');
    await askMany(world.port, 5, { method: 'POST', body: 'x'.repeat(1_000) });
    const server = await eventually(async () => {
      const one = await world.server('a');
      return one.bytesIn >= 5_000 && one.checkStatus ? one : undefined;
    });
    assert.equal(server.health, 'up');
    assert.equal(server.checkStatus, 'L7OK');
    assert.equal(server.state, 'ready');
    assert.ok(server.bytesOut > 0);
    assert.ok((await world.backend()).times);
  });

  rule('bytes of a tunnel are counted, and logged when it ends', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a']);
    const file = path.join(temporaryFolder(t), 'access.log');
    await world.apply({ model: { accessLog: { format: 'httplog', file } } });
    const wire = await Wire.open(t, world.port);
    wire.socket.write('GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    await wire.until('\r\n\r\n');
    wire.socket.end('x'.repeat(10_000));
    await eventually(() => wire.closed);
    for (const row of [() => world.server('a'), () => world.backend(), () => world.frontend()]) {
      await eventually(async () => {
        const { bytesIn, bytesOut } = await row();
        return bytesIn > 10_000 && bytesOut > 10_000;
      });
    }
    await addsUp(world);
    const line = / 101 1\d{4} - - \S+ \d+\/\d+\/\d+\/\d+\/0 0\/0 "GET \/chat HTTP\/1.1"$/m;
    await eventually(() => assert.match(readFileSync(file, 'utf8'), line) ?? true);
  });

  rule('the access log tells how busy everything was', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a'], { backend: { maxconn: 1 } });
    const file = path.join(temporaryFolder(t), 'access.log');
    await world.apply({ model: { accessLog: { format: 'httplog', file } } });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    for (const origin of origins) origin.gate = gate;
    const first = world.ask();
    await eventually(() => origins[0]?.inFlight === 1);
    const others = [];
    for (const queued of [1, 2]) {
      others.push(world.ask());
      await eventually(async () => (await world.backend()).queued === queued);
    }
    open();
    await Promise.all([first, ...others]);
    const lines = await eventually(() => {
      const all = readFileSync(file, 'utf8').match(/ \d+\/\d+\/\d+\/\d+\/0 \d+\/\d+ (?="GET)/g) ?? [];
      return all.length === 3 ? all.map((line) => line.trim()).toSorted(byPlace) : undefined;
    });
    assert.match(String(lines[0]), /^3\/3\/2\/0\/0 0\/0$/);
    assert.match(String(lines[1]), /^[23]\/[23]\/1\/0\/0 0\/1$/);
    assert.match(String(lines[2]), /^[1-3]\/[1-3]\/0\/0\/0 0\/2$/);
  });

  for (const format of ['httplog', 'json'] as const) {
    rule(
      `the access log has the load id of who sends one, and the server too, as ${format}`,
      async (t, subject) => {
        const { world, origins } = await worldOf(t, subject, ['a']);
        const file = path.join(temporaryFolder(t), 'access.log');
        await world.apply({ model: { accessLog: { format, file } } });
        const longest = 'x'.repeat(64);
        const ids = [undefined, 'run_1-0-17.2', longest, `${longest}y`, 'a/b', ''];
        for (const [number, id] of ids.entries()) {
          const headers: Record<string, string> = id === undefined ? {} : { 'x-relevo-load-id': id };
          await world.ask({ path: `/${number}`, headers });
          assert.equal(origins[0]?.seen.at(-1)?.headers['x-relevo-load-id'], id);
        }
        const wire = await Wire.open(t, world.port);
        wire.socket.write(
          `GET /${ids.length} HTTP/1.1\r\nHost: a\r\n${'X-Relevo-Load-Id: b\r\n'.repeat(2)}\r\n`,
        );
        await wire.until('200 OK');
        const logged = await eventually(() => {
          // Each worker writes its own lines when it comes to it.
          const lines = readFileSync(file, 'utf8').trim().split('\n').toSorted(byNumber);
          return lines.length === ids.length + 1 && lines.map((line) => loadIdIn(line, format));
        });
        const [none, ...others] = ids.map(() => undefined);
        assert.deepEqual(logged, [none, 'run_1-0-17.2', longest, ...others.slice(2), undefined]);
      },
    );
  }

  rule('capacity is what usable primaries can take together', async (t, subject) => {
    const { world, origins } = await worldOf(t, subject, ['a', 'b'], {
      backend: { maxconn: 7, check: quickCheck },
    });
    await world.untilActive('a', 'b');
    await eventually(async () => (await world.backend()).load.capacity === 14);
    await origins[0]?.stop();
    await eventually(async () => (await world.backend()).load.capacity === 7);
  });
}

/** Of requests for /0, /1 and so on, in both formats. */
function byNumber(one: string, other: string): number {
  const numberOf = (line: string) => Number(/"(?:GET )?\/(\d)[" ]/.exec(line)?.[1]);
  return numberOf(one) - numberOf(other);
}

function loadIdIn(line: string, format: 'httplog' | 'json'): string | undefined {
  if (format === 'json') return JSON.parse(line).loadId;
  return / \d+\/\d+ (?:\{(\S+)\} )?"GET \/\d HTTP\/1\.1"$/.exec(line)?.[1] ?? wellFormed(line);
}

/** Without an id a line is as it always was. */
function wellFormed(line: string): undefined {
  assert.match(line, / \d+\/\d+ "GET \/\d HTTP\/1\.1"$/);
}
