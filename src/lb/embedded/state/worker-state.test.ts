import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  exampleBackend,
  exampleServer,
  LbStateWorld,
  type TestAsk,
} from '../../../../tests/support/lb-state-world.ts';
import type { Backend } from '../../model.ts';

let world: LbStateWorld;
afterEach(() => world.close());

const trio = ['a', 'b', 'c'].map((id, n) => exampleServer(id, { port: 81 + n }));

function open(servers = trio, fields: Partial<Backend> = {}): LbStateWorld {
  world = new LbStateWorld(exampleBackend(servers, fields));
  return world;
}

const who = (ask: TestAsk) => ask.grant?.serverId;

test('roundrobin is one rotation over all workers', () => {
  open();
  const order = [0, 1, 1, 0, 1, 0].map((worker) => world.pass(worker));
  assert.deepEqual(order, ['a', 'b', 'c', 'a', 'b', 'c']);
});

test('weights are kept to exactly', () => {
  open([exampleServer('a', { weight: 3 }), exampleServer('b', { weight: 1 })]);
  const counts = { a: 0, b: 0 };
  for (let n = 0; n < 40; n++) counts[world.pass(n % 2) as 'a' | 'b']++;
  assert.deepEqual(counts, { a: 30, b: 10 });
});

test('leastconn counts what other workers have in flight', () => {
  open(trio, { balance: 'leastconn' });
  assert.deepEqual([0, 1, 0, 1, 0, 1].map((worker) => who(world.ask(worker))).sort(), [
    'a',
    'a',
    'b',
    'b',
    'c',
    'c',
  ]);
});

test('first fills one server after the other', () => {
  open(trio, { balance: 'first', maxconn: 2 });
  assert.deepEqual(
    [0, 1, 0, 1, 0].map((worker) => who(world.ask(worker))),
    ['a', 'a', 'b', 'b', 'c'],
  );
});

test('source sends a client to one server from every worker, and waits for it when it is full', async () => {
  open(trio, { balance: 'source', maxconn: 1 });
  const client = { clientAddress: '192.0.2.7' };
  const first = world.ask(0, client);
  const second = world.ask(1, client);
  assert.equal(second.grant, undefined);
  world.dispatch(0).release(first.grant as never, { type: 'answered', status: 200 });
  await world.settled();
  assert.equal(who(second), who(first));
});

test('nobody is granted a slot beyond maxconn, and who waits longest is granted the next, on any worker', async () => {
  open([exampleServer('a')], { maxconn: 1 });
  const first = world.ask(0);
  const waiting = [world.ask(1), world.ask(0), world.ask(1)];
  assert.equal(world.backend().queued, 3);
  let holder = { worker: 0, ask: first };
  for (const [n, next] of waiting.entries()) {
    assert.equal(next.told, 0);
    world.clock.advance(10);
    world.dispatch(holder.worker).release(holder.ask.grant as never, { type: 'answered', status: 200 });
    await world.settled();
    assert.equal(who(next), 'a');
    assert.equal(next.grant?.queuedMs, 10 * (n + 1));
    holder = { worker: n % 2 === 0 ? 1 : 0, ask: next };
  }
  assert.deepEqual(
    [world.backend().queued, world.server('a').mostInFlight, world.backend().mostQueued],
    [0, 1, 3],
  );
});

test('a new request does not pass those who wait', async () => {
  open([exampleServer('a')], { maxconn: 1 });
  const first = world.ask();
  const elder = world.ask(1);
  world.dispatch().release(first.grant as never, { type: 'answered', status: 200 });
  const younger = world.ask();
  await world.settled();
  assert.deepEqual([who(elder), younger.told], ['a', 0]);
});

test('a request that waits for its own server does not hold up others', async () => {
  open(trio.slice(0, 2), { maxconn: 1 });
  const [a, b] = [world.ask(), world.ask()];
  const own = world.ask(1, { persisted: 'a' });
  world.dispatch().release(b.grant as never, { type: 'answered', status: 200 });
  assert.equal(world.pass(0), 'b');
  world.dispatch().release(a.grant as never, { type: 'answered', status: 200 });
  await world.settled();
  assert.deepEqual([who(own), own.grant?.moved], ['a', false]);
});

test('the queue is bounded by its length and by the time since the request came', async () => {
  open([exampleServer('a')], { maxconn: 1, queue: { max: 1, timeoutMs: 100 } });
  world.ask();
  const patient = world.ask(1);
  assert.equal(world.ask().refusal?.outcome, 'shed');
  await world.advance(99);
  assert.equal(patient.told, 0);
  await world.advance(1);
  assert.deepEqual(
    [patient.refusal?.outcome, patient.refusal?.flags, world.backend().queued],
    ['shed', 'sQ', 0],
  );
});

test('a cancelled request hears nothing, and its slot goes to the next even if it was granted already', async () => {
  open([exampleServer('a')], { maxconn: 1 });
  const first = world.ask();
  const [gone, granted, next] = [world.ask(), world.ask(1), world.ask()];
  world.dispatch().cancel(gone);
  world.dispatch().release(first.grant as never, { type: 'answered', status: 200 });
  // Decided by worker 0, not yet heard of by worker 1.
  world.dispatch(1).cancel(granted);
  await world.settled();
  assert.deepEqual([gone.told, granted.told, who(next)], [0, 0, 'a']);
  world.dispatch().release(next.grant as never, { type: 'unused' });
  assert.deepEqual([world.backend().inFlight, world.server('a').inFlight, world.backend().queued], [0, 0, 0]);
});

test('a persisted user goes to a server in drain, and moves when it is in maint', () => {
  open();
  const drained = exampleServer('b', { port: 82, state: 'drain' });
  world.apply(exampleBackend([trio[0] as never, drained, trio[2] as never]));
  assert.equal(who(world.ask(1, { persisted: 'b' })), 'b');
  assert.deepEqual([...new Set([1, 2, 3, 4].map(() => world.pass()))], ['a', 'c']);
  world.apply(exampleBackend([trio[0] as never, { ...drained, state: 'maint' }, trio[2] as never]));
  const moved = world.ask(1, { persisted: 'b' });
  assert.equal(moved.grant?.moved, true);
  assert.notEqual(who(moved), 'b');
});

test('cookies name servers by a value that is the same for all workers', () => {
  open(trio, { persistence: { name: 'S', mode: 'insert' } });
  const { grant } = world.ask();
  const value = world.dispatch(0).cookieOf(grant as never);
  assert.equal(world.dispatch(1).serverOfCookie(value), 'a');
  assert.equal(world.dispatch(1).serverOfCookie('nobody'), undefined);
});

test('a client address keeps its server on every worker for affinityMs after its last request', async () => {
  open(trio, { affinityMs: 1_000 });
  const client = { clientAddress: '2001:db8::1' };
  const own = world.pass(0, client);
  for (const worker of [1, 0, 1]) {
    world.clock.advance(900);
    assert.equal(world.pass(worker, client), own);
  }
  assert.notEqual(world.pass(0, { clientAddress: '2001:db8::2' }), own);
  world.clock.advance(1_200);
  assert.notEqual(world.pass(1, client), own);
});

test('a server that a request has failed on is taken only when there is no other', () => {
  open(trio.slice(0, 2));
  for (let n = 0; n < 4; n++) assert.equal(world.pass(0, { failedOn: ['a'] }), 'b');
  assert.ok(['a', 'b'].includes(world.pass(0, { failedOn: ['a', 'b'] })));
});

test('a refused connection ejects at once for all workers, also those that wait for it', async () => {
  open(trio.slice(0, 2), { maxconn: 1 });
  const [a, b] = [world.ask(0), world.ask(1)];
  const waiting = world.ask(1, { persisted: 'a' });
  world.dispatch(0).release(a.grant as never, { type: 'refused' });
  assert.equal(world.ask(0).told, 0);
  world.dispatch(1).release(b.grant as never, { type: 'answered', status: 200 });
  await world.settled();
  assert.deepEqual([who(waiting), waiting.grant?.moved], ['b', true]);
  assert.deepEqual(world.told('server'), ['a ejected']);
});

test('failures count in a row over all workers, and answers 5xx leave the half of the servers', () => {
  open(trio.slice(0, 2));
  const fail = (worker: number, server: string) => world.pass(worker, { persisted: server }, 500);
  fail(0, 'a');
  fail(1, 'a');
  world.pass(0, { persisted: 'a' });
  fail(1, 'a');
  fail(0, 'a');
  assert.equal(world.server('a').ejected, false);
  fail(1, 'a');
  assert.equal(world.server('a').ejected, true);
  for (let n = 0; n < 5; n++) fail(n % 2, 'b');
  assert.equal(world.server('b').ejected, false);
});

test('without a check one request tries an ejected server after its time, and brings it back or not', async () => {
  open(trio.slice(0, 2));
  const eject = () =>
    world.dispatch().release(world.ask(0, { persisted: 'a' }).grant as never, { type: 'refused' });
  eject();
  await world.advance(1_900);
  assert.deepEqual([world.pass(), world.pass()], ['b', 'b']);
  await world.advance(200);
  const asks = [0, 1, 0, 1].map((worker) => world.ask(worker));
  const trial = asks.filter((ask) => who(ask) === 'a');
  assert.equal(trial.length, 1);
  world.dispatch(asks.indexOf(trial[0] as TestAsk) % 2).release(trial[0]?.grant as never, { type: 'reset' });
  await world.settled();
  assert.deepEqual([world.pass(), world.pass()], ['b', 'b']);
  await world.advance(2_100);
  const second = [world.pass(), world.pass()];
  assert.ok(second.includes('a'));
  assert.equal(world.server('a').ejected, false);
  await world.settled();
  assert.deepEqual(world.told('server'), ['a ejected', 'a back']);
});

test('the page is shown from the moment nobody is usable, also to those who wait', async () => {
  open([exampleServer('a')], { maxconn: 1 });
  const first = world.ask();
  const waiting = world.ask(1);
  world.dispatch().release(first.grant as never, { type: 'refused' });
  assert.equal(world.ask(1).refusal?.outcome, 'sorry');
  await world.settled();
  assert.equal(waiting.refusal?.outcome, 'sorry');
  assert.deepEqual(world.told('sorry'), ['true']);
});

test('backups without a rule serve as soon as no primary is usable, and no longer', async () => {
  const backup = exampleServer('z', { port: 99, role: 'backup' });
  open([exampleServer('a'), backup]);
  const { grant } = world.ask();
  world.dispatch().release(grant as never, { type: 'refused' });
  assert.equal(world.pass(1), 'z');
  await world.settled();
  assert.equal(world.backend().backupsActive, 1);
  await world.advance(2_100);
  // One of the two is the trial.
  world.pass();
  world.pass(1);
  assert.deepEqual([world.pass(), world.pass(1)], ['a', 'a']);
  await world.settled();
  assert.equal(world.backend().backupsActive, 0);
});

test('a server that only another worker knows yet is waited for, not lost', async () => {
  open([exampleServer('a')], { maxconn: 1 });
  world.ask(0);
  const waiting = world.ask(1);
  const plan = world.shared.plan({
    ...{ frontends: [], certificates: [], secrets: { cookieKey: 'AAAA', ticketKeys: [] } },
    backends: [exampleBackend([exampleServer('a'), exampleServer('b', { port: 82 })], { maxconn: 1 })],
  });
  await world.settled();
  assert.equal(waiting.told, 0);
  world.workers[1]?.update(structuredClone(plan));
  assert.equal(who(waiting), 'b');
});

test('the limit grows from minconn to maxconn with the load of the backend', () => {
  open(trio, { maxconn: 10, minconn: 1, fullconn: 20 });
  for (let n = 0; n < 3; n++) world.ask(n % 2);
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) => world.server(id).mostInFlight),
    [1, 1, 1],
  );
  for (let n = 0; n < 27; n++) world.ask(n % 2);
  assert.equal(world.backend().inFlight, 30);
});

test('what is routed to a backend that has left the model is refused, and its records are used again', async () => {
  open([exampleServer('a')], { maxconn: 1 });
  const dispatch = world.dispatch();
  const first = world.ask();
  const waiting = world.ask(1);
  world.apply({ ...exampleBackend([exampleServer('n')]), name: 'other' });
  assert.equal(world.workers[0]?.dispatch('web'), undefined);
  assert.equal(waiting.refusal?.outcome, 'sorry');
  const late = dispatch.ask({ clientAddress: '', failedOn: [], since: 0, granted() {}, refused() {} });
  assert.equal((late as { outcome?: string }).outcome, 'sorry');
  dispatch.release(first.grant as never, { type: 'answered', status: 200 });
  world.apply({ ...exampleBackend([exampleServer('n'), exampleServer('m', { port: 3 })]), name: 'other' });
  const grants = [0, 1].map(() =>
    world.dispatch(0, 'other').ask({ clientAddress: '', failedOn: [], since: 0, granted() {}, refused() {} }),
  );
  assert.deepEqual(
    grants.map((grant) => (grant as { serverId: string }).serverId),
    ['n', 'm'],
  );
  assert.ok(grants.some((grant) => (grant as { slot: number }).slot === first.grant?.slot));
});
