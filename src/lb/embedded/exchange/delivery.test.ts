import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { contentOf } from '../../../../tests/support/content.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { ExchangeWorld, sorryRefusal } from '../../../../tests/support/exchange-world.ts';
import { freePort } from '../../../../tests/support/free-port.ts';
import type { RawAnswer, RawConnection } from '../../../../tests/support/raw-connection.ts';
import { type Script, ScriptedOrigin, targetOf } from '../../../../tests/support/scripted-origin.ts';

let seeds = 1_000;

function requestOf(script: Partial<Script>, method = 'GET', body = ''): string {
  const target = targetOf({ form: 'length', bytes: 20, seed: seeds++, ...script });
  const length = method === 'GET' ? '' : `Content-Length: ${body.length}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nHost: a.example\r\n${length}\r\n${method === 'GET' ? '' : body}`;
}

async function answerTo(connection: RawConnection, text: string): Promise<RawAnswer> {
  await connection.write(text);
  const answer = await connection.answer(text.slice(0, text.indexOf(' ')));
  assert.ok(answer, 'the connection ended without an answer');
  return answer;
}

async function origins(t: TestContext, ...names: string[]): Promise<ScriptedOrigin[]> {
  return Promise.all(names.map((name) => ScriptedOrigin.start(t, name)));
}

test('requests of one client after another share one connection to the server', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  for (let round = 0; round < 3; round++) {
    const connection = world.connect(t);
    for (const method of ['GET', 'POST', 'PUT'])
      assert.equal((await answerTo(connection, requestOf({}, method, 'body'))).status, 200);
    connection.close();
  }
  assert.equal(a?.connections, 1);
  assert.deepEqual(new Set(await world.untilOver(9)), new Set(['ok']));
  assert.equal(world.dispatch.over.length, 9);
});

test('a refused connection is tried elsewhere, whatever the method', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [await freePort(), a?.port ?? 0] });
  const answer = await answerTo(world.connect(t), requestOf({}, 'POST', 'only once'));
  assert.equal(answer.headers.get('x-server'), 'a');
  assert.deepEqual(world.dispatch.seen, ['refused', '200']);
  const [{ retries, redispatched } = { retries: 0, redispatched: false }] = world.dispatch.over;
  assert.deepEqual({ retries, redispatched }, { retries: 1, redispatched: true });
});

test('a GET that is cut off is sent again, a POST is not', async (t) => {
  const [a, b] = await origins(t, 'a', 'b');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0, b?.port ?? 0] });
  const get = await answerTo(world.connect(t), requestOf({ trouble: 'reset', times: 1 }));
  assert.equal(get.status, 200);
  const post = requestOf({ trouble: 'reset' }, 'POST', 'x');
  assert.equal((await answerTo(world.connect(t), post)).status, 502);
  const times = [a, b].flatMap((origin) => origin?.seen.filter((line) => line.startsWith('POST')) ?? []);
  assert.equal(times.length, 1);
  assert.deepEqual(await world.untilOver(2), ['ok', 'serverError']);
});

test('a kept connection that closes with the request says nothing against its server', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  const connection = world.connect(t);
  await answerTo(connection, requestOf({}));
  const answer = await answerTo(connection, requestOf({ trouble: 'reset', times: 1 }));
  assert.equal(answer.status, 200);
  assert.deepEqual(world.dispatch.seen, ['200', 'idle', '200']);
});

test('a kept connection that its server has closed is no reason to fail a POST', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  const connection = world.connect(t);
  for (let round = 0; round < 20; round++) {
    a?.endConnections();
    assert.equal((await answerTo(connection, requestOf({}, 'POST', 'x'))).status, 200);
  }
});

test('servers that died together use up no attempts: the one that lives is found', async (t) => {
  const [a] = await origins(t, 'a');
  const dead = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const retries = { attempts: 1, redispatch: true };
  const world = await ExchangeWorld.open(t, { servers: [...dead, a?.port ?? 0], backend: { retries } });
  assert.equal((await answerTo(world.connect(t), requestOf({}, 'POST', 'x'))).status, 200);
});

test('without attempts nothing is sent again', async (t) => {
  const [a] = await origins(t, 'a');
  const retries = { attempts: 0, redispatch: true };
  const world = await ExchangeWorld.open(t, {
    servers: [await freePort(), a?.port ?? 0],
    backend: { retries },
  });
  assert.equal((await answerTo(world.connect(t), requestOf({}))).status, 503);
});

test('attempts are bounded, and none of them is left out of the books', async (t) => {
  const ports = [await freePort(), await freePort()];
  const world = await ExchangeWorld.open(t, { servers: ports });
  assert.equal((await answerTo(world.connect(t), requestOf({}))).status, 503);
  // Each is free once, then there are two more attempts; the last grant is the question whether the sorry page is due.
  assert.deepEqual(world.dispatch.seen, [...Array<string>(5).fill('refused'), 'unused']);
  assert.equal(world.dispatch.over[0]?.retries, 4);
});

test('a server that failed is hidden behind the sorry page when none is left', async (t) => {
  const world = await ExchangeWorld.open(t, { servers: [await freePort()] });
  const { dispatch } = world;
  const refuse = dispatch.release.bind(dispatch);
  dispatch.release = (grant, seen) => {
    refuse(grant, seen);
    dispatch.refusal = sorryRefusal('<p>back soon</p>');
  };
  const answer = await answerTo(world.connect(t), requestOf({}));
  assert.equal(answer.status, 503);
  assert.equal(answer.body.toString(), '<p>back soon</p>');
  assert.equal(answer.headers.get('x-relevo-outcome'), 'sorry');
  assert.equal(answer.headers.get('retry-after'), '7');
  assert.deepEqual(await world.untilOver(1), ['sorry']);
});

test('the sorry page has no body for HEAD, and upgrades get a bare 503', async (t) => {
  const world = await ExchangeWorld.open(t);
  world.dispatch.refusal = sorryRefusal('a page', 'shed');
  const connection = world.connect(t);
  const head = await answerTo(connection, 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.deepEqual([head.status, head.headers.get('content-length')], [503, '6']);
  const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';
  const bare = await answerTo(connection, upgrade);
  assert.deepEqual([bare.status, bare.headers.get('content-length')], [503, '0']);
  assert.deepEqual(await world.untilOver(2), ['shed', 'shed']);
});

test('a server that says nothing is a 504, one that stops within its answer a broken connection', async (t) => {
  const [a] = await origins(t, 'a');
  const timeouts = { connectMs: 500, serverMs: 60, tunnelMs: 1_000 };
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0], backend: { timeouts } });
  assert.equal((await answerTo(world.connect(t), requestOf({ trouble: 'hang' }, 'POST', 'x'))).status, 504);
  const broken = await answerTo(world.connect(t), requestOf({ trouble: 'resetInside', bytes: 90_000 }));
  assert.ok(!broken.isWhole);
  assert.deepEqual(await world.untilOver(2), ['serverError', 'serverError']);
  assert.deepEqual(world.dispatch.seen, ['timeout', 'unused', 'truncated']);
});

test('requests without a byte of an answer leave a server that is down, if that is safe', async (t) => {
  const [a, b] = await origins(t, 'a', 'b');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0, b?.port ?? 0] });
  const [get, post] = [world.connect(t), world.connect(t)];
  await get.write(requestOf({ trouble: 'hang', times: 1 }));
  await eventually(() => a?.seen.length === 1);
  await post.write(requestOf({ trouble: 'hang' }, 'POST', 'x'));
  await eventually(() => b?.seen.length === 1);
  world.dispatch.lost.emit({ slot: 0, why: 'down' });
  assert.equal((await get.answer('GET'))?.headers.get('x-server'), 'b');
  world.dispatch.lost.emit({ slot: 1, why: 'down' });
  assert.equal((await post.answer('POST'))?.status, 502);
});

test('an answer that has begun survives that its server is down, gone, or that its time is over', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  const connection = world.connect(t);
  connection.socket.pause();
  await connection.write(requestOf({ bytes: 12_000_000, seed: 5 }));
  await eventually(() => world.dispatch.open.size === 1 && (a?.seen.length ?? 0) > 0);
  world.dispatch.lost.emit({ slot: 0, why: 'gone' });
  connection.socket.resume();
  await connection.bytes(100_000);
  world.dispatch.lost.emit({ slot: 0, why: 'down' });
  await connection.bytes(1_000_000);
  assert.equal(world.dispatch.open.size, 1);
  world.dispatch.lost.emit({ slot: 0, why: 'over' });
  assert.deepEqual(await world.untilOver(1), ['ok']);
});

test('a client that goes away while it waits is taken out of the queue', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  world.dispatch.holds = true;
  const [gone, patient] = [world.connect(t), world.connect(t)];
  await gone.write(requestOf({}));
  await eventually(() => world.dispatch.waiting.length === 1);
  gone.close();
  assert.deepEqual(await world.untilOver(1), ['aborted']);
  assert.deepEqual(world.dispatch.cancelled, world.dispatch.waiting);
  await patient.write(requestOf({}, 'POST', 'kept while it waits'));
  const ask = await eventually(() => world.dispatch.waiting[1]);
  ask.granted(world.dispatch.grant(ask));
  assert.equal((await patient.answer('POST'))?.status, 200);
});

test('a client that goes away takes its connection to the server with it', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  const connection = world.connect(t);
  await connection.write(requestOf({ bytes: 12_000_000 }));
  await connection.bytes(1_000);
  connection.close();
  assert.deepEqual(await world.untilOver(1), ['aborted']);
  await eventually(() => a?.open === 0);
  assert.deepEqual(world.dispatch.seen, ['unused']);
});

test('an early answer reaches a client that is still sending', async (t) => {
  const [a] = await origins(t, 'a');
  const world = await ExchangeWorld.open(t, { servers: [a?.port ?? 0] });
  for (let round = 0; round < 10; round++) {
    const connection = world.connect(t);
    const text = requestOf({ trouble: 'early', bytes: 50, seed: 3 }, 'POST', 'x'.repeat(3_000_000));
    const [answer] = await Promise.all([connection.answer('POST'), connection.write(text)]);
    assert.equal(answer?.status, 413);
    assert.ok(answer.body.equals(contentOf(3, 50)));
    await connection.untilEnd();
  }
});
