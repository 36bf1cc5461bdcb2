import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server as NetServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { freePort } from '../../../tests/support/free-port.ts';
import { backendOf, frontendOf, modelOf } from '../../../tests/support/lb/models.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { bindPort, numberOf } from '../../base/bound-port.ts';
import { type Logger, silentLogger } from '../../base/logger.ts';
import { childrenOf } from '../../base/process-children.ts';
import { processIdentity } from '../../base/process-identity.ts';
import type { EngineEvent } from '../engine.ts';
import type { Frontend, LbModel, Server } from '../model.ts';
import { EmbeddedEngine } from './engine.ts';
import { EngineLife, LifeOverError } from './engine-life.ts';

const host = '127.0.0.1';

/** Says its name to whoever connects, and echoes what comes. */
async function origin(t: TestContext, name: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.write(name);
    socket.pipe(socket);
    t.after(() => socket.destroy());
  }).listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  return { id: name, name, address: host, port, role: 'primary', weight: 1, state: 'ready' };
}

/** Mode tcp, which needs nothing but the engine's own parts. */
function model(ports: readonly number[], servers: readonly Server[], more: Partial<Frontend> = {}): LbModel {
  const binds = ports.map((port) => ({ address: host, port }));
  return modelOf([frontendOf(0, { mode: 'tcp', binds, ...more })], [backendOf(servers, { mode: 'tcp' })]);
}

function engineOf(t: TestContext, logger: Logger = silentLogger, workers = 2) {
  const engine = new EmbeddedEngine({ logger, folder: temporaryFolder(t), workers });
  const events: EngineEvent[] = [];
  engine.events.subscribe((event) => events.push(event));
  const callers: Caller[] = [];
  t.after(() => {
    // Else they are waited for.
    for (const { socket } of callers) socket.destroy();
    return engine.close();
  });
  const call = (port: number) => {
    const caller = new Caller(port);
    callers.push(caller);
    return caller;
  };
  return { engine, events, call };
}

/** What no model has, and no worker can make anything of. */
function fatal(ports: readonly number[], servers: readonly Server[]): LbModel {
  return model(ports, servers, { proxyProtocolFrom: null as unknown as readonly string[] });
}

class Caller {
  heard = '';
  isClosed = false;
  readonly socket;

  constructor(port: number) {
    this.socket = connect(port, host);
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => {
      this.heard += chunk;
    });
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  hears(text: string): Promise<boolean> {
    return eventually(() => this.heard === text);
  }
}

async function occupant(t: TestContext, port: number): Promise<NetServer> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return server;
}

const restarts = (events: readonly EngineEvent[]) => events.filter(({ type }) => type === 'restarted');

test('before the first model there is nothing, and no process', async (t) => {
  const { engine } = engineOf(t);
  const before = childrenOf(process.pid);
  const stats = await engine.stats();
  assert.deepEqual([stats.pid, stats.frontends, stats.unknown], [0, [], 0]);
  assert.deepEqual(childrenOf(process.pid), before);
});

test('a model is served when apply resolves, and the next one replaces it', async (t) => {
  const { engine, call } = engineOf(t);
  const [a, b] = [await origin(t, 'a'), await origin(t, 'b')];
  const [first, second] = [await freePort(), await freePort()];
  assert.deepEqual(await engine.apply(model([first], [a])), []);
  const old = call(first);
  await old.hears('a');
  assert.deepEqual(await engine.apply(model([second], [b])), []);
  await call(second).hears('b');
  const late = call(first);
  await eventually(() => late.isClosed);
  assert.equal(late.heard, '');
  old.socket.write('still here');
  await old.hears('astill here');
});

test('models that come while one is being applied count as one, and all hear of it', async (t) => {
  const { engine, call } = engineOf(t);
  const servers = [await origin(t, 'a')];
  const ports = [await freePort(), await freePort(), await freePort()];
  const problems = await Promise.all(ports.map((port) => engine.apply(model([port], servers))));
  assert.deepEqual(problems, [[], [], []]);
  await call(ports[2] as number).hears('a');
});

test('kill -9 of the process: who comes meanwhile waits and is served by the next life', async (t) => {
  const { engine, events, call } = engineOf(t);
  const port = await freePort();
  await engine.apply(model([port], [await origin(t, 'a')]));
  const before = await engine.stats();
  const cut = call(port);
  await cut.hears('a');
  await eventually(async () => (await engine.stats()).frontends[0]?.inFlight === 1);
  process.kill(before.pid, 'SIGKILL');
  await eventually(() => cut.isClosed);
  const waiting = call(port);
  await waiting.hears('a');
  const after = await engine.stats();
  assert.notEqual(after.epoch, before.epoch);
  assert.notEqual(after.pid, before.pid);
  assert.ok(after.unknown <= 1, 'at most what was in flight');
  assert.equal(after.frontends[0]?.requests, 1);
  const [restarted] = restarts(events);
  assert.ok(restarted?.type === 'restarted' && restarted.how === 'killed by SIGKILL' && restarted.tookMs > 0);
});

test('what is in flight is told without being asked, and unknown when it dies', async (t) => {
  const life = new EngineLife({ workers: 1, logger: silentLogger, onEvent() {}, onRefusedPort() {} });
  t.after(() => life.finish());
  const bound = bindPort(host, 0);
  t.after(() => bound.close());
  const port = numberOf(bound);
  life.give(new Map([[`${host}:${port}`, bound]]));
  await life.apply(model([port], [await origin(t, 'a')]));
  const callers = [1, 2, 3].map(() => new Caller(port));
  t.after(() => {
    for (const { socket } of callers) socket.destroy();
  });
  await eventually(() => life.inFlight === 3);
  process.kill(life.pid, 'SIGKILL');
  assert.equal(await life.ended, 'killed by SIGKILL');
  assert.equal(life.inFlight, 3);
});

test('a question or a model that comes while it is dead is for the next life', async (t) => {
  const { engine, call } = engineOf(t);
  const [first, second] = [await freePort(), await freePort()];
  const servers = [await origin(t, 'a')];
  await engine.apply(model([first], servers));
  process.kill((await engine.stats()).pid, 'SIGKILL');
  const [stats, problems] = await Promise.all([
    engine.stats(),
    engine.apply(model([first, second], servers)),
  ]);
  assert.deepEqual(problems, []);
  assert.equal(stats.frontends.length, 1);
  await call(second).hears('a');
});

test('a worker that fails takes the process down, in one line of the log, and it is started again', async (t) => {
  const lines: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void lines.push(message) };
  const { engine, events, call } = engineOf(t, logger);
  const [first, second] = [await freePort(), await freePort()];
  const servers = [await origin(t, 'a')];
  await assert.rejects(engine.apply(fatal([first], servers)), /ends whenever it is given this.*code 70/);
  assert.deepEqual(await engine.apply(model([first], servers)), []);
  const [problem, ...more] = await engine.apply(fatal([second], servers));
  assert.deepEqual(more, []);
  assert.match(problem?.message ?? '', /code 70.*the former configuration stays in force/);
  assert.match(lines.find((line) => line.startsWith('engine: ')) ?? '', /^engine: TypeError[^\n]+$/);
  await call(first).hears('a');
  assert.ok(restarts(events).length >= 1);
  const overtaken = engine.apply(fatal([second], servers));
  await eventually(async () => restarts(events).length >= 2);
  assert.deepEqual(await engine.apply(model([second], servers)), []);
  assert.deepEqual(await overtaken, []);
  await call(second).hears('a');
});

test('a process that hangs is killed', async (t) => {
  const life = new EngineLife({
    ...{ workers: 1, logger: silentLogger, lookEveryMs: 200 },
    ...{ onEvent() {}, onRefusedPort() {} },
  });
  t.after(() => life.finish());
  await life.apply(modelOf([], []));
  process.kill(life.pid, 'SIGSTOP');
  const question = assert.rejects(life.stats(), LifeOverError);
  assert.equal(await life.ended, 'it did not answer any more and was killed');
  await question;
});

test('a port that is taken is a problem, the rest is served, and it is opened when it is free', async (t) => {
  const { engine, events, call } = engineOf(t);
  const [taken, free] = [await freePort(), await freePort()];
  const other = await occupant(t, taken);
  const [problem, ...more] = await engine.apply(model([taken, free], [await origin(t, 'a')]));
  assert.deepEqual(more, []);
  assert.match(
    problem?.message ?? '',
    new RegExp(`^${host}:${taken} cannot be opened: another program has it`),
  );
  await call(free).hears('a');
  other.close();
  await eventually(() => events.some((event) => event.type === 'problems' && event.problems.length === 0));
  // It is opened, and about to be listened on.
  await eventually(async () => {
    const caller = call(taken);
    await eventually(() => caller.heard === 'a' || caller.isClosed);
    return caller.heard === 'a';
  });
});

test('a port that nobody can listen on although it could be bound is a problem, not the end', async (t) => {
  const { engine, call } = engineOf(t);
  const port = await freePort();
  const binds = ['0.0.0.0', host].map((address) => ({ address, port }));
  const [problem, ...more] = await engine.apply(model([], [await origin(t, 'a')], { binds }));
  assert.deepEqual(more, []);
  assert.match(problem?.message ?? '', /cannot be opened: another program has it/);
  await call(port).hears('a');
});

test('close lets nobody wait, frees the ports and leaves no process', async (t) => {
  const before = childrenOf(process.pid);
  const { engine, call } = engineOf(t);
  const port = await freePort();
  await engine.apply(model([port], [await origin(t, 'a')]));
  const caller = call(port);
  await caller.hears('a');
  const closed = engine.close();
  caller.socket.end();
  await closed;
  await engine.close();
  assert.deepEqual(childrenOf(process.pid), before);
  await occupant(t, port);
  await assert.rejects(engine.apply(model([port], [])), /closed/);
  await assert.rejects(engine.stats(), /closed/);
});

test('who waits for an answer when it is closed is told', async (t) => {
  const { engine } = engineOf(t);
  const port = await freePort();
  await engine.apply(model([port], [await origin(t, 'a')]));
  const { pid } = await engine.stats();
  process.kill(pid, 'SIGSTOP');
  const waiting = [engine.apply(model([], [])), engine.stats()].map((asked) =>
    assert.rejects(asked, /closed/),
  );
  // As close() would in the end; nobody waits so long for a test.
  const closed = engine.close();
  process.kill(pid, 'SIGKILL');
  await Promise.all([closed, ...waiting]);
});

test('the process dies with its balancer, however that dies, and the port is free', async (t) => {
  const owner = fork(new URL('../../../tests/support/lb-engine-owner.ts', import.meta.url), { execArgv: [] });
  const port = await freePort();
  owner.send(model([port], [await origin(t, 'a')]));
  const [pid] = (await once(owner, 'message')) as [number];
  assert.ok(processIdentity(pid));
  owner.kill('SIGKILL');
  await eventually(() => processIdentity(pid) === undefined);
  await occupant(t, port);
});

test('connections are spread over the workers, bursts included', async (t) => {
  const { engine, call } = engineOf(t, silentLogger, Math.max(2, availableParallelism()));
  const port = await freePort();
  await engine.apply(model([port], [await origin(t, 'a')], { maxconn: 40 }));
  const callers = Array.from({ length: 60 }, () => call(port));
  await eventually(() => callers.filter(({ heard }) => heard === 'a').length === 40);
  const { frontends } = await engine.stats();
  assert.equal(frontends[0]?.connections.current, 40);
  for (const caller of callers) if (caller.heard === 'a') caller.socket.destroy();
  await eventually(() => callers.every(({ heard }) => heard === 'a'));
});
