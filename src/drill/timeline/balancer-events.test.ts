import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancerEvents } from './balancer-events.ts';
import type { Look } from './balancer-view.ts';
import { BinLedger } from './bin-ledger.ts';
import { ClockOffsets } from './clock-offsets.ts';
import { type BackendStatistics, noBins, type ServerStatistics } from './statistics.ts';

const service = { namespace: 'default', name: 'web' };
/** The wall clock is so far ahead of machineTime(). */
const ahead = 1e12;
const clocks = new ClockOffsets();
clocks.note({ from: 0, to: 0, wall: ahead });

const server = (name: string, more: Partial<ServerStatistics> = {}): ServerStatistics => ({
  ...{
    id: `uid-${name}`,
    name,
    node: 'node-1',
    role: 'primary',
    state: 'ready',
    health: 'up',
    ejected: false,
  },
  ...{ active: true, requests: 0, changedAt: 0, ...more },
});

const backend = (more: Partial<BackendStatistics> = {}): BackendStatistics => ({
  ...{ name: 'default/web:http', inFlight: 0, queued: 0, requests: 0, bins: noBins, backupsActive: 0 },
  ...{ backupsWanted: 0, sorry: false, servers: [server('a'), server('b')], ...more },
});

function look(at: number, backends: readonly BackendStatistics[], epoch = 'one', startedAt = ahead): Look {
  const statistics = { epoch, startedAt, pid: 1, backends, unknown: 0 };
  return { from: at, to: at + 2, last: at - 100, statistics };
}

function events(before: BackendStatistics, after: BackendStatistics, hasExactStamps = true) {
  const options = { service, clocks, hasExactStamps };
  return balancerEvents(look(1_000, [before]), look(1_100, [after]), options);
}

test('a server that is ejected goes out when its stamp says so', () => {
  const ejected = server('a', { ejected: true, active: false, changedAt: ahead + 1_050 });
  const [event, ...more] = events(backend(), backend({ servers: [ejected, server('b')] }));
  assert.deepEqual(more, []);
  assert.equal(event?.type, 'server-out');
  assert.deepEqual([event.subject, event.podUid, event.node], ['a', 'uid-a', 'node-1']);
  assert.ok(
    Math.abs(event.at - 1_050) <= event.uncertaintyMs && event.uncertaintyMs < 2,
    JSON.stringify(event),
  );
});

test('a stamp that the looks contradict, or one of whole seconds, is not believed', () => {
  const at = (changedAt: number, exact: boolean) => {
    const ejected = server('a', { ejected: true, active: false, changedAt });
    return events(backend(), backend({ servers: [ejected, server('b')] }), exact)[0];
  };
  for (const event of [at(ahead + 50, true), at(ahead + 9_000, true), at(ahead + 1_050, false)]) {
    assert.deepEqual([event?.at, event?.uncertaintyMs], [1_051, 51]);
  }
});

test('servers come, go and depart', () => {
  const leaving = server('a', { state: 'departing', active: false });
  const all = events(backend(), backend({ servers: [leaving, server('c')] })).map(({ type, subject }) => [
    type,
    subject,
  ]);
  assert.deepEqual(all.sort(), [
    ['server-departing', 'a'],
    ['server-in', 'c'],
    ['server-out', 'b'],
  ]);
  const back = events(
    backend({ servers: [server('a', { active: false, health: 'down' })] }),
    backend({ servers: [server('a')] }),
  );
  assert.deepEqual(
    back.map(({ type }) => type),
    ['server-in'],
  );
});

test('a backup that nobody needs is not out', () => {
  const idle = server('x', { role: 'backup', active: false });
  const called = server('x', { role: 'backup', active: true });
  const [event, ...more] = events(
    backend({ servers: [idle] }),
    backend({ servers: [called], backupsActive: 1, backupsWanted: 2 }),
  );
  assert.deepEqual(more, []);
  assert.ok(event?.type === 'backups' && event.active === 1 && event.wanted === 2);
});

test('the sorry page and a new engine are told, other Services are not', () => {
  const types = events(backend(), backend({ sorry: true })).map(({ type }) => type);
  assert.deepEqual(types, ['sorry']);
  const options = { service, clocks, hasExactStamps: true };
  const after = look(1_100, [backend()], 'two', ahead + 1_070);
  const [engine] = balancerEvents(look(1_000, [backend()]), after, options);
  assert.ok(engine?.type === 'engine' && engine.epoch === 'two' && Math.abs(engine.at - 1_070) < 2);
  const strange = { name: 'default/web2:http' };
  assert.deepEqual(events(backend(strange), backend({ ...strange, sorry: true })), []);
});

test('of the first look it is told which backups serve already', () => {
  const options = { service, clocks, hasExactStamps: true };
  const types = (active: number) =>
    balancerEvents(undefined, look(0, [backend({ backupsActive: active })]), options);
  assert.equal(types(0).length, 0);
  assert.ok(types(2)[0]?.type === 'backups');
});

test('bins are counted from the first look, and from nothing in later lives of the engine', () => {
  const ledger = new BinLedger(service);
  const bins = (ok: number) => ({ ...noBins, ok });
  ledger.note(
    look(0, [backend({ bins: bins(100) }), backend({ name: 'default/other:http', bins: bins(7) })]),
  );
  ledger.note(
    look(100, [backend({ bins: bins(110) }), backend({ name: 'default/web:https', bins: bins(3) })]),
  );
  ledger.note(look(200, [backend({ bins: bins(4) })], 'two', 0));
  ledger.note(look(300, [backend({ bins: bins(5) })], 'two', 0));
  const [one, two, ...more] = ledger.epochs;
  assert.deepEqual(more, []);
  assert.deepEqual([one?.bins.ok, one?.isLost, two?.bins.ok, two?.isLost], [13, true, 5, false]);
  // While a process is on its way nobody knows when it began: not before the last look at the one before.
  assert.equal(two?.beganAt, 102);
});
