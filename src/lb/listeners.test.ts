import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { frontendOf, modelOf } from '../../tests/support/lb/models.ts';
import { bindPort, numberOf } from '../base/bound-port.ts';
import type { OpenPort } from './engine-options.ts';
import { Listeners } from './listeners.ts';
import type { Bind, LbModel } from './model.ts';

const address = '127.0.0.1';

function listenersOf(t: TestContext, openPort?: OpenPort) {
  const clock = new FakeClock();
  const listeners = new Listeners({ clock, random: () => 0, openPort });
  t.after(() => listeners.close());
  return { clock, listeners };
}

function wanting(...binds: readonly Bind[]): LbModel {
  return modelOf([{ ...frontendOf(0), name: 'shop', binds }], []);
}

async function taken(t: TestContext): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  t.after(() => server.close());
  return { server, port: (server.address() as { port: number }).port };
}

function freeNow(): number {
  const port = bindPort(address, 0);
  const number = numberOf(port);
  port.close();
  return number;
}

test('what is wanted is opened, what stays wanted stays the same, what is not is closed by trim', async (t) => {
  const { listeners } = listenersOf(t);
  const [a, b] = [freeNow(), freeNow()];
  await listeners.want(wanting({ address, port: a }, { address, port: b }));
  assert.deepEqual(listeners.problems, []);
  const kept = listeners.ports.get(`${address}:${a}`);
  await listeners.want(wanting({ address, port: a }));
  assert.equal(listeners.ports.size, 2, 'somebody may still accept from it');
  listeners.trim();
  assert.deepEqual([...listeners.ports.values()], [kept]);
  bindPort(address, b).close();
  const server = createServer().listen({ fd: kept?.fd });
  t.after(() => server.close());
  assert.throws(() => bindPort(address, a), { code: 'EADDRINUSE' });
});

test('a port that is taken is told in one line, and opened when it is free', async (t) => {
  const { listeners, clock } = listenersOf(t);
  const { server, port } = await taken(t);
  const opened: string[] = [];
  listeners.opened.subscribe(({ key }) => opened.push(key));
  await listeners.want(wanting({ address, port }));
  assert.deepEqual(listeners.problems, [
    {
      subject: 'shop',
      ...{ kind: 'bind', bind: { address, port } },
      message: `${address}:${port} cannot be opened: another program has it; stop that one or use another port`,
    },
  ]);
  clock.advance(250);
  await eventually(() => clock.pending === 1);
  server.close();
  await once(server, 'close');
  clock.advance(500);
  await eventually(() => opened.length === 1);
  assert.deepEqual(listeners.problems, []);
  assert.equal(clock.pending, 0);
});

test('each reason is told in words that say what to do', async (t) => {
  const failing = (code: string) =>
    listenersOf(t, () => Promise.reject(Object.assign(new Error(`bind ${code}`), { code }))).listeners;
  const told = async (code: string, port: number) => {
    const listeners = failing(code);
    await listeners.want(wanting({ address, port }));
    return listeners.problems[0]?.message;
  };
  const cannot = (port: number) => `${address}:${port} cannot be opened: `;
  assert.equal(await told('EACCES', 80), `${cannot(80)}ports below 1024 need the administrator`);
  assert.equal(await told('EACCES', 8080), `${cannot(8080)}the system does not allow it`);
  assert.equal(await told('EADDRNOTAVAIL', 80), `${cannot(80)}this machine does not have the address`);
  assert.equal(await told('EWHATEVER', 80), `${cannot(80)}bind EWHATEVER`);
});

test('of two frontends that want the same port the first has it', async (t) => {
  const { listeners } = listenersOf(t);
  const port = freeNow();
  const [first] = wanting({ address, port }).frontends;
  assert.ok(first);
  await listeners.want(modelOf([first, { ...first, name: 'late' }], []));
  assert.equal(listeners.ports.size, 1);
  assert.deepEqual(listeners.problems, [
    {
      subject: 'late',
      ...{ kind: 'bind', bind: { address, port } },
      message: `${address}:${port} is taken by shop; use another port or address`,
    },
  ]);
});

test('a port that another bind of the former model covered is opened as soon as that is closed', async (t) => {
  const { listeners, clock } = listenersOf(t);
  const port = freeNow();
  await listeners.want(wanting({ address: '0.0.0.0', port }));
  await listeners.want(wanting({ address, port }));
  listeners.refuse(`${address}:${port}`, 'EADDRINUSE');
  assert.match(listeners.problems[0]?.message ?? '', /another program has it/);
  const opened: string[] = [];
  listeners.opened.subscribe(({ key }) => opened.push(key));
  listeners.trim();
  clock.advance(0);
  await eventually(() => opened.length === 1);
  assert.deepEqual([...listeners.ports.keys()], [`${address}:${port}`]);
});

test('binds outside are a problem where nobody opens ports there', async (t) => {
  const { listeners } = listenersOf(t);
  await listeners.want(wanting({ address, port: 8080, outside: true }));
  assert.match(listeners.problems[0]?.message ?? '', /nobody here opens ports outside/);
});

test('a port that is handed over after the listeners were closed is closed, too', async (t) => {
  const { promise, resolve } = Promise.withResolvers<{ fd: number; close(): void }>();
  const { listeners } = listenersOf(t, () => promise);
  const wanted = listeners.want(wanting({ address, port: 8080 }));
  listeners.close();
  let isClosed = false;
  resolve({ fd: 0, close: () => (isClosed = true) });
  await wanted;
  assert.ok(isClosed);
  assert.equal(listeners.ports.size, 0);
});
