import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { CheckingDispatch } from '../../../../tests/support/exchange-world.ts';
import { ScriptedOrigin } from '../../../../tests/support/scripted-origin.ts';
import type { Grant } from '../dispatch.ts';
import type { UpstreamConnection } from './upstream-connection.ts';
import { UpstreamPool } from './upstream-pool.ts';

interface Pool {
  readonly pool: UpstreamPool;
  readonly dispatch: CheckingDispatch;
  readonly origin: ScriptedOrigin;
  readonly grant: Grant;
}

async function poolOf(t: TestContext): Promise<Pool> {
  const origin = await ScriptedOrigin.start(t, 'a');
  const dispatch = new CheckingDispatch([origin.port]);
  const pool = new UpstreamPool(dispatch);
  t.after(() => pool.close());
  const none = { clientAddress: '', failedOn: [], since: 0, granted: () => {}, refused: () => {} };
  return { pool, dispatch, origin, grant: dispatch.grant(none) };
}

/** One that stands, and was given back at 0. */
async function kept({ pool, grant }: Pool, keepAliveMs?: number): Promise<UpstreamConnection> {
  const connection = pool.take(grant, true, true, 0);
  await once(connection.socket, 'connect');
  pool.giveBack(connection, 0, keepAliveMs);
  return connection;
}

test('the last connection that was used is the next', async (t) => {
  const one = await poolOf(t);
  const [older, newer] = [await kept(one), await kept(one)];
  assert.equal(one.pool.take(one.grant, true, false, 10), newer);
  assert.equal(one.pool.take(one.grant, true, false, 10), older);
});

test('what must not be sent twice takes no connection that was idle for more than a second', async (t) => {
  const one = await poolOf(t);
  const connection = await kept(one);
  const fresh = one.pool.take(one.grant, false, false, 1_001);
  t.after(() => fresh.destroy());
  assert.notEqual(fresh, connection);
  assert.equal(one.pool.take(one.grant, true, false, 1_001), connection);
  one.pool.giveBack(connection, 2_000);
  assert.equal(one.pool.take(one.grant, false, false, 3_000), connection);
});

test('connections are dropped after 4 s, or a second before the server would', async (t) => {
  const one = await poolOf(t);
  const [usual, hinted] = [await kept(one), await kept(one, 3_000)];
  one.pool.expire(2_000);
  assert.deepEqual([usual.socket.destroyed, hinted.socket.destroyed], [false, true]);
  one.pool.expire(4_000);
  assert.ok(usual.socket.destroyed);
  const short = await kept(one, 900);
  assert.ok(short.socket.destroyed, 'there is no time in which it could be used');
});

test('a connection on which a server says something unasked, or ends it, is dropped', async (t) => {
  const one = await poolOf(t);
  const connection = await kept(one);
  one.origin.endConnections();
  await eventually(() => connection.socket.destroyed);
  const next = one.pool.take(one.grant, true, false, 1);
  t.after(() => next.destroy());
  assert.notEqual(next, connection);
});

test('a lost server loses its idle connections, and those in use when they are given back', async (t) => {
  const one = await poolOf(t);
  const used = await kept(one);
  const idle = await kept(one);
  assert.equal(one.pool.take(one.grant, true, false, 1), idle);
  one.dispatch.lost.emit({ slot: one.grant.slot, why: 'down' });
  assert.ok(used.socket.destroyed);
  assert.ok(!idle.socket.destroyed);
  one.pool.giveBack(idle, 2);
  assert.ok(idle.socket.destroyed);
});
