// Services that are not HTTP: connections instead of requests.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { EngineWorld, type Subject } from '../../support/lb/engine-world.ts';
import { serverOf } from '../../support/lb/models.ts';
import { Wire } from '../../support/lb/wire.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Rule } from './rules.ts';

interface Echo {
  readonly name: string;
  readonly port: number;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  stop(): void;
}

/** Greets with its name, sends back what it gets, and ends when the other side has. */
async function echo(t: TestContext, name: string): Promise<Echo> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.write(`${name}:`);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
  };
  t.after(stop);
  return { name, port: (server.address() as AddressInfo).port, server, sockets, stop };
}

async function tcp(t: TestContext, subject: Subject, names: readonly string[]) {
  const echoes = await Promise.all(names.map((name) => echo(t, name)));
  const world = await EngineWorld.open(t, subject);
  await world.apply({
    servers: echoes.map((one) => serverOf(one)),
    backend: { mode: 'tcp' },
    frontend: { mode: 'tcp' },
  });
  return { world, echoes };
}

const logLines = [
  ['httplog', /^127\.0\.0\.1:\d+ \[\S+\] web default\/web:http\/a \d+\/\d+\/\d+ 7 -- 1\/1\/0\/0\/0 0\/0$/m],
  ['json', /^\{.*"server":"a".*"termination":"--".*"bytesOut":7,.*\}$/m],
] as const;

async function greeting(t: TestContext, world: EngineWorld): Promise<{ wire: Wire; name: string }> {
  const wire = await Wire.open(t, world.port);
  await wire.until(':');
  return { wire, name: wire.received.split(':')[0] ?? '' };
}

export function tcpRules(rule: Rule): void {
  rule('connections go round, bytes go both ways, and either side may end first', async (t, subject) => {
    const { world } = await tcp(t, subject, ['a', 'b']);
    const names: string[] = [];
    for (let number = 0; number < 4; number++) {
      const { wire, name } = await greeting(t, world);
      names.push(name);
      wire.socket.end('hello');
      await wire.until(`${name}:hello`);
      await eventually(() => wire.closed);
    }
    assert.deepEqual(names.toSorted(), ['a', 'a', 'b', 'b']);
  });

  rule('a refused connection goes to another server', async (t, subject) => {
    const { world, echoes } = await tcp(t, subject, ['a', 'b']);
    echoes[0]?.stop();
    for (let number = 0; number < 4; number++) assert.equal((await greeting(t, world)).name, 'b');
  });

  rule('a connection that breaks on one side breaks on the other', async (t, subject) => {
    const { world, echoes } = await tcp(t, subject, ['a']);
    const { wire } = await greeting(t, world);
    echoes[0]?.stop();
    await eventually(() => wire.closed);
  });

  rule('without a server a connection is closed', async (t, subject) => {
    const { world } = await tcp(t, subject, []);
    const wire = await Wire.open(t, world.port);
    await eventually(() => wire.closed);
    assert.equal(wire.received, '');
  });

  for (const [format, pattern] of logLines) {
    rule(`a connection is a line of the access log, as ${format}`, async (t, subject) => {
      const { world } = await tcp(t, subject, ['a']);
      const file = path.join(temporaryFolder(t), 'access.log');
      await world.apply({ model: { accessLog: { format, file } } });
      const { wire } = await greeting(t, world);
      wire.socket.end('hello');
      await eventually(() => wire.closed);
      await eventually(() => assert.match(readFileSync(file, 'utf8'), pattern) ?? true);
    });
  }

  rule('bytes are counted: of the server, the backend and the frontend', async (t, subject) => {
    const { world } = await tcp(t, subject, ['a']);
    const { wire } = await greeting(t, world);
    wire.socket.end('hello');
    await eventually(() => wire.closed);
    for (const row of [() => world.server('a'), () => world.backend(), () => world.frontend()]) {
      await eventually(async () => {
        const { bytesIn, bytesOut } = await row();
        assert.deepEqual([bytesIn, bytesOut], [5, 7]);
        return true;
      });
    }
  });

  rule('the statistics count connections', async (t, subject) => {
    const { world } = await tcp(t, subject, ['a']);
    const { wire } = await greeting(t, world);
    await eventually(async () => (await world.server('a')).inFlight === 1);
    wire.socket.destroy();
    await eventually(async () => (await world.server('a')).inFlight === 0);
    assert.equal((await world.frontend()).connections.total, 1);
  });
}
