import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  exampleBackend,
  exampleFrontend,
  exampleModel,
  exampleServer,
  LbStateWorld,
} from '../../../../tests/support/lb-state-world.ts';
import type { BackupRule } from '../../backup/activation.ts';
import type { Backend, Server } from '../../model.ts';
import type { LostServer } from '../dispatch.ts';
import { recordsPerSegment } from './record-table.ts';

let world: LbStateWorld;
afterEach(() => world.close());

const a = exampleServer('a', { port: 81 });
const b = exampleServer('b', { port: 82 });
const z = exampleServer('z', { port: 99, role: 'backup' });
const y = exampleServer('y', { port: 98, role: 'backup' });
const check = { interMs: 100, timeoutMs: 50, rise: 2, fall: 2 };
const rule: BackupRule = {
  ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 300, releaseBusyBelow: 0.7 },
  ...{ releaseAfterMs: 1_000, start: 'hot', slowstart: false },
};

function open(servers: readonly Server[], fields: Partial<Backend> = {}): LbStateWorld {
  world = new LbStateWorld(exampleBackend(servers, fields));
  return world;
}

function hearLost(worker = 0): LostServer['why'][] {
  const heard: LostServer['why'][] = [];
  world.dispatch(worker).lost.subscribe(({ why }) => void heard.push(why));
  return heard;
}

const hold = (worker = 0, persisted?: string) => {
  const { grant } = world.ask(worker, { persisted });
  assert.ok(grant);
  return (status = 200) => world.dispatch(worker).release(grant, { type: 'answered', status });
};

test('a server goes with `fall` failed checks and comes back with `rise` good ones, and its requests are told', async () => {
  open([a, b], { check });
  await world.advance(300);
  const lost = [hearLost(0), hearLost(1)];
  world.checks.set(81, 'L4CON');
  await world.advance(100);
  assert.equal(world.server('a').health, 'up');
  assert.deepEqual(world.server('a').checkProgress, { count: 1, of: 2 });
  await world.advance(100);
  assert.deepEqual([world.server('a').health, world.server('a').checkStatus], ['down', 'L4CON']);
  assert.deepEqual(lost, [['down'], ['down']]);
  assert.deepEqual([world.pass(), world.pass(1)], ['b', 'b']);
  world.checks.delete(81);
  await world.advance(200);
  assert.deepEqual(world.told('server'), ['a down', 'a up']);
  assert.deepEqual([world.server('a').timesDown, world.server('a').downMs > 0], [1, true]);
});

test('requests that break because their server was found down do not keep it out when it is up again', async () => {
  open([a, b], { check });
  await world.advance(300);
  const { grant } = world.ask(1, { persisted: 'a' });
  world.checks.set(81, 'L4TOUT');
  await world.advance(200);
  world.dispatch(1).release(grant as never, { type: 'refused' });
  assert.deepEqual([world.server('a').health, world.server('a').ejected], ['down', false]);
  world.checks.delete(81);
  await world.advance(200);
  assert.equal(world.pass(0, { persisted: 'a' }), 'a');
});

test('one failed check is enough for a server that was never seen up', async () => {
  world = new LbStateWorld(exampleBackend([b], { check }));
  world.checks.set(81, 'L7STS');
  world.apply(exampleBackend([a, b], { check }));
  await world.advance(100);
  assert.deepEqual(world.told('server'), ['a down']);
});

test('checks go on over changes of the model, spread over time, and end with their server', async () => {
  const many = Array.from({ length: 100 }, (_, n) => exampleServer(`s${n}`, { port: 1_000 + n }));
  open(many, { check: { ...check, interMs: 1_000 } });
  const counts: number[] = [];
  for (let n = 0; n < 10; n++) {
    const before = world.probes;
    world.apply(exampleBackend(many, { check: { ...check, interMs: 1_000 }, drainMs: n }));
    await world.advance(100, 10);
    counts.push(world.probes - before);
  }
  assert.equal(world.probes, 100);
  assert.ok(Math.max(...counts) < 30, `of 100 checks ${counts} were in each tenth of the interval`);
  world.apply(exampleBackend([], { check }));
  await world.advance(2_000);
  assert.equal(world.probes, 100);
});

test('with checks an ejected server is back after its time and `rise` good checks, not before', async () => {
  open([a, b], { check });
  await world.advance(200);
  world.dispatch().release(world.ask(0, { persisted: 'a' }).grant as never, { type: 'refused' });
  await world.advance(1_900);
  assert.equal(world.server('a').ejected, true);
  await world.advance(200);
  assert.equal(world.server('a').ejected, false);
  assert.deepEqual([world.pass(), world.pass(1)].sort(), ['a', 'b']);
  assert.deepEqual(world.told('server'), ['a ejected', 'a back']);
});

test('the page is due when all are down, and until one has passed `rise`', async () => {
  open([a], { check });
  await world.advance(200);
  world.checks.set(81, 'L7TOUT');
  await world.advance(200);
  assert.equal(world.pass(), 'sorry');
  world.checks.delete(81);
  await world.advance(100);
  assert.equal(world.pass(1), 'sorry');
  await world.advance(100);
  assert.equal(world.pass(1), 'a');
  assert.deepEqual(world.told('sorry'), ['true', 'false']);
});

test('a backup comes in at once when the last primary is ejected, and leaves when its time is over', async () => {
  open([a, z, y], { backup: rule, maxconn: 10 });
  const waiting = hold();
  world.dispatch().release(world.ask(0).grant as never, { type: 'refused' });
  assert.equal(world.pass(1), 'z');
  await world.settled();
  assert.deepEqual(world.told('backups'), ['1 of 1']);
  waiting();
  await world.advance(2_200);
  while (world.server('a').ejected) world.pass();
  await world.advance(1_300);
  assert.deepEqual(world.told('backups'), ['1 of 1', '0 of 0']);
  assert.equal(world.server('z').active, false);
});

test('those who wait when the last primary dies go to the backups', async () => {
  open([a, z, y], { backup: rule, maxconn: 1 });
  const { grant } = world.ask();
  const waiting = [world.ask(0), world.ask(1)];
  world.dispatch().release(grant as never, { type: 'refused' });
  await world.settled();
  assert.deepEqual(
    waiting.map((ask) => ask.grant?.serverId),
    ['z', 'y'],
  );
  assert.deepEqual(world.told('backups'), ['2 of 2']);
});

test('a backup comes in for demand that lasts, and takes those who wait', async () => {
  open([a, z], { backup: rule, maxconn: 2 });
  const first = [hold(), hold(1)];
  const waiting = world.ask(1);
  await world.advance(250);
  assert.equal(waiting.told, 0);
  await world.advance(150);
  assert.equal(waiting.grant?.serverId, 'z');
  assert.deepEqual(world.backend().load, { demand: 3, capacity: 2 });
  for (const release of first) release();
  world.dispatch(1).release(waiting.grant as never, { type: 'answered', status: 200 });
  await world.advance(1_200);
  assert.deepEqual(world.told('backups'), ['1 of 1', '0 of 0']);
});

test('cold backups are wanted while requests wait for them', async () => {
  const cold: Partial<Backend> = {
    backup: { ...rule, start: 'cold' },
    maxconn: 2,
    queue: { timeoutMs: 5_000, max: 10 },
  };
  open([a], cold);
  world.dispatch().release(world.ask().grant as never, { type: 'refused' });
  const waiting = world.ask(1);
  await world.settled();
  assert.deepEqual([waiting.told, world.backend().backupsWanted, world.backend().sorry], [0, 1, false]);
  world.apply(exampleBackend([a, z], cold));
  await world.settled();
  assert.equal(waiting.grant?.serverId, 'z');
  assert.deepEqual(world.told('backups'), ['0 of 1', '1 of 1']);
});

test('a departing server takes nobody, is told when it is empty, and again with each model', async () => {
  open([a, b]);
  const release = hold(0, 'a');
  const departing: Server = { ...a, state: 'departing' };
  world.apply(exampleBackend([departing, b]));
  assert.deepEqual([world.pass(0, { persisted: 'a' }), world.pass(), world.told('departed')], ['b', 'b', []]);
  release();
  await world.advance(50);
  assert.deepEqual(world.told('departed'), ['a']);
  world.apply(exampleBackend([departing, b]));
  await world.advance(100);
  assert.deepEqual(world.told('departed'), ['a', 'a']);
});

test('when the time of a departing server is over, what is left is told so, and then it has departed', async () => {
  open([a, b], { drainMs: 1_000 });
  const lost = hearLost();
  hold(0, 'a');
  world.apply(exampleBackend([{ ...a, state: 'departing', departBy: world.clock.now() + 500 }, b]));
  await world.advance(450);
  assert.deepEqual(lost, []);
  await world.advance(100);
  assert.deepEqual([lost, world.told('departed')], [['over'], []]);
  await world.advance(2_100);
  assert.deepEqual(world.told('departed'), ['a']);
});

test('a server that is gone is told so at once, and its number goes to another when its last request is over', async () => {
  open([a, b]);
  const lost = hearLost();
  const { grant } = world.ask(0, { persisted: 'a' });
  world.apply(exampleBackend([b]));
  assert.deepEqual(lost, ['gone']);
  const slots = () => {
    const c = exampleServer('c', { port: 90 });
    world.apply(exampleBackend([b, c]));
    const slot = world.ask(0, { persisted: 'c' }).grant?.slot;
    world.apply(exampleBackend([b]));
    return slot;
  };
  assert.notEqual(slots(), grant?.slot);
  world.dispatch().release(grant as never, { type: 'answered', status: 200 });
  assert.equal(slots(), grant?.slot);
});

test('a server that comes back grows to its weight, and backups do not', async () => {
  open([a, b, z], { check, slowstartMs: 1_600 });
  await world.advance(200);
  world.checks.set(81, 'L4CON');
  await world.advance(300);
  world.checks.delete(81);
  await world.advance(200);
  assert.equal(world.server('a').health, 'up');
  assert.ok(world.server('a').weight < 0.2);
  await world.advance(800);
  const { weight } = world.server('a');
  assert.ok(weight > 0.4 && weight < 0.7, `half way it is ${weight}`);
  await world.advance(800);
  assert.deepEqual([world.server('a').weight, world.server('z').weight], [1, 1]);
});

test('an agent changes weight, limit and state of its server', async () => {
  const agent = { port: 7, interMs: 100 };
  open([a], { check: { ...check, agent } });
  world.agents.set(7, { weightPercent: 50, maxconn: 3 });
  await world.advance(200);
  assert.deepEqual([world.server('a').weight, world.server('a').maxconn], [0.5, 3]);
  world.agents.set(7, { admin: 'drain' });
  await world.advance(100);
  assert.deepEqual([world.pass(), world.pass(0, { persisted: 'a' })], ['sorry', 'a']);
  world.agents.set(7, { admin: 'ready', health: 'down' });
  await world.advance(100);
  assert.deepEqual([world.server('a').health, world.pass(0, { persisted: 'a' })], ['down', 'sorry']);
  world.agents.set(7, { health: 'up' });
  await world.advance(100);
  assert.equal(world.pass(), 'a');
});

test('without a check a silent server is asked five times, and is lost if it says nothing', async () => {
  open([a, b]);
  const lost = hearLost(1);
  const release = hold(1, 'a');
  world.checks.set(81, 'L4TOUT');
  world.dispatch().release(world.ask(0, { persisted: 'a' }).grant as never, { type: 'silent' });
  await world.settled();
  assert.deepEqual([world.probes, lost, world.server('a').ejected], [5, ['down'], true]);
  release();
  world.checks.set(82, 'L4OK');
  world.dispatch().release(world.ask(0, { persisted: 'b' }).grant as never, { type: 'silent' });
  await world.settled();
  assert.deepEqual([world.probes, lost], [10, ['down']]);
});

test('maintenance shows the page on purpose, to those who wait too, until its time is over', async () => {
  open([a], { maxconn: 1 });
  const release = hold();
  const waiting = world.ask(1);
  world.apply(exampleBackend([a], { maxconn: 1, maintenanceUntil: world.clock.now() + 500 }));
  await world.settled();
  assert.deepEqual([waiting.refusal?.outcome, world.pass()], ['sorry', 'sorry']);
  release();
  await world.advance(550);
  assert.equal(world.pass(1), 'a');
  assert.deepEqual(world.told('sorry'), ['true', 'false']);
});

test('weights and states change without a word to the workers but what is in the shared memory', () => {
  open([a, b]);
  const plan = world.shared.plan(
    exampleModel([
      exampleBackend([
        { ...a, weight: 3 },
        { ...b, state: 'maint' },
      ]),
    ]),
  );
  assert.deepEqual([plan.backends, plan.frontends, plan.removed], [[], [], []]);
  assert.deepEqual([world.pass(), world.pass(1)], ['a', 'a']);
});

test('more servers and backends than there was memory for come while everything runs', () => {
  open([a]);
  const release = hold();
  const servers = Array.from({ length: recordsPerSegment }, (_, n) => exampleServer(`s${n}`, { port: n }));
  const backends = [
    exampleBackend([a, ...servers]),
    ...Array.from({ length: recordsPerSegment }, (_, n) => ({ ...exampleBackend([b]), name: `more-${n}` })),
  ];
  world.apply(exampleModel(backends));
  const seen = new Set(Array.from({ length: recordsPerSegment + 1 }, (_, n) => world.pass(n % 2)));
  assert.equal(seen.size, recordsPerSegment + 1);
  const last = world.workers[1]?.dispatch(`more-${recordsPerSegment - 1}`);
  assert.ok(last);
  release();
  assert.equal(world.backend().inFlight, 0);
});

test('every request is counted once, where it belongs, whoever had it', () => {
  const model = exampleModel([exampleBackend([a])], [exampleFrontend('in')]);
  world = new LbStateWorld(model);
  for (const worker of [0, 1]) {
    const frontend = world.workers[worker]?.frontend('in');
    frontend?.connectionOpened();
    frontend?.requestBegan();
    const { grant } = world.ask(worker);
    world.dispatch(worker).release(grant as never, { type: 'answered', status: 200 });
    const times = { queueMs: 0, connectMs: 2 + worker * 2, responseMs: 4, totalMs: 10 };
    const traffic = { bytesIn: 10, bytesOut: 100, retries: 1, redispatched: false };
    world.dispatch(worker).ended({ outcome: 'ok', status: 204, slot: grant?.slot, ...traffic, ...times });
    frontend?.requestEnded('ok', 204, 10, 100);
  }
  world.workers[0]?.frontend('in').connectionClosed();
  world.workers[0]?.frontend('in').requestBegan();
  const { frontends } = world.shared.stats();
  assert.deepEqual(frontends[0]?.connections, { current: 1, most: 2, total: 2 });
  assert.deepEqual([frontends[0]?.requests, frontends[0]?.inFlight, frontends[0]?.bins.ok], [3, 1, 2]);
  assert.equal(world.shared.inFlight(), 1);
  const backend = world.backend();
  assert.deepEqual([backend.requests, backend.bins.ok, backend.bytesOut, backend.retries], [2, 2, 200, 2]);
  assert.deepEqual(backend.times, { queueMs: 0, connectMs: 3, responseMs: 4, totalMs: 10 });
  assert.deepEqual([world.server('a').requests, world.server('a').statusClasses[2]], [2, 2]);
});
