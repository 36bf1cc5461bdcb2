// The process that moves the traffic dies, ports are taken, a server speaks garbage: the rest keeps serving.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { worldOf } from '../../support/lb/engine-world.ts';
import { frontendOf, serverOf } from '../../support/lb/models.ts';
import { ask, askMany, shares } from '../../support/lb/user.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Rule } from './rules.ts';

export function faultRules(rule: Rule): void {
  rule('killed, it is back with the same model, and who comes meanwhile waits', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a', 'b']);
    await askMany(world.port, 4);
    const { pid, epoch } = await world.stats();
    process.kill(pid, 'SIGKILL');
    await eventually(() => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
    assert.deepEqual(shares(await askMany(world.port, 10)), { a: 5, b: 5 });
    const event = await eventually(() => world.events.find(({ type }) => type === 'restarted'));
    assert.ok(event.type === 'restarted' && event.tookMs > 0);
    assert.notEqual((await world.stats()).epoch, epoch);
  });

  rule('asked while it is killed, it never tells less than before of the same life', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a']);
    for (let round = 1; round <= 3; round++) {
      await askMany(world.port, 10);
      const before = await eventually(async () => {
        const stats = await world.stats();
        return (stats.backends[0]?.bins.ok ?? 0) >= 10 && stats;
      });
      const asked = [world.stats()];
      process.kill(before.pid, 'SIGKILL');
      const until = performance.now() + 50;
      while (performance.now() < until) {
        asked.push(world.stats());
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const { epoch, backends } of await Promise.all(asked)) {
        if (epoch === before.epoch) assert.equal(backends[0]?.bins.ok, 10, `round ${round}`);
      }
    }
  });

  rule(
    'a port that is taken is named, the rest serves, and it is taken when it is free',
    async (t, subject) => {
      const { world } = await worldOf(t, subject, ['a']);
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      t.after(() => other.close());
      const problems = await world.applyModel({
        ...world.model,
        frontends: [...world.model.frontends, frontendOf(port, { name: 'second' })],
      });
      assert.ok(
        problems.some(({ kind, message }) => kind === 'bind' && message.includes(String(port))),
        JSON.stringify(problems),
      );
      assert.equal((await world.ask()).status, 200);
      other.close();
      await once(other, 'close');
      await eventually(async () => (await ask(port)).status === 200, 20_000);
    },
  );

  rule('an access log that is put aside is begun anew, and has every request once', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a']);
    const file = path.join(temporaryFolder(t), 'access.log');
    await world.apply({ model: { accessLog: { format: 'json', file } } });
    const paths: string[] = [];
    const ask = async () => {
      const where = `/${paths.length}`;
      paths.push(where);
      assert.equal((await world.ask({ path: where })).status, 200);
    };
    const targetsIn = (name: string) => {
      const text = existsSync(name) ? readFileSync(name, 'utf8') : '';
      // HAProxy tells of its own restarts there as well.
      return (text.match(/^\{.*\}$/gm) ?? []).map((line) => String(JSON.parse(line).target));
    };
    await ask();
    await eventually(() => targetsIn(file).length === 1);
    renameSync(file, `${file}.1`);
    await eventually(async () => {
      await ask();
      return targetsIn(file).length > 0;
    }, 30_000);
    const logged = () => [...targetsIn(`${file}.1`), ...targetsIn(file)];
    await eventually(() => logged().length === paths.length);
    assert.deepEqual(logged().sort(), paths.toSorted());
  });

  rule('a server that speaks garbage is a 502, and the others serve', async (t, subject) => {
    const garbage = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('220 this is not http\r\n'));
    }).listen(0, '127.0.0.1');
    await once(garbage, 'listening');
    t.after(() => garbage.close());
    const { port } = garbage.address() as AddressInfo;
    const { world, origins } = await worldOf(t, subject, ['a']);
    await world.apply({
      servers: [...origins.map((origin) => serverOf(origin)), serverOf({ name: 'ftp', port })],
    });
    const counts = shares(await askMany(world.port, 10, { method: 'POST', body: 'x' }, 1));
    assert.ok((counts.a ?? 0) >= 5, JSON.stringify(counts));
    assert.deepEqual(
      Object.keys(counts).filter((what) => !['a', '502'].includes(what)),
      [],
    );
  });

  rule(
    'a frontend that is taken away is closed, a new one is opened, the others live on',
    async (t, subject) => {
      const { world } = await worldOf(t, subject, ['a']);
      const spare = createServer().listen(0, '127.0.0.1');
      await once(spare, 'listening');
      const { port } = spare.address() as AddressInfo;
      await new Promise((resolve) => spare.close(resolve));
      const { model } = world;
      await world.applyModel({
        ...model,
        frontends: [...model.frontends, frontendOf(port, { name: 'second' })],
      });
      assert.equal((await eventually(() => ask(port))).server, 'a');
      await world.applyModel(model);
      await eventually(() =>
        ask(port).then(
          () => false,
          () => true,
        ),
      );
      assert.equal((await world.ask()).status, 200);
    },
  );

  rule('after close nothing listens', async (t, subject) => {
    const { world } = await worldOf(t, subject, ['a']);
    const { pid } = await world.stats();
    await world.engine.close();
    await world.engine.close();
    await assert.rejects(world.ask());
    assert.throws(() => process.kill(pid, 0));
  });
}
