import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { contentOf } from '../../../../tests/support/content.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { ExchangeWorld, type WorldOptions } from '../../../../tests/support/exchange-world.ts';
import { frontendOf } from '../../../../tests/support/lb/models.ts';
import type { RawConnection } from '../../../../tests/support/raw-connection.ts';
import { type Script, ScriptedOrigin, targetOf } from '../../../../tests/support/scripted-origin.ts';

let seeds = 500_000;

function get(script: Partial<Script> = {}, ...fields: string[]): string {
  const target = targetOf({ form: 'length', bytes: 30, seed: seeds++, ...script });
  return `${[`GET ${target} HTTP/1.1`, 'Host: a.example', ...fields].join('\r\n')}\r\n\r\n`;
}

async function worldWithOrigin(
  t: TestContext,
  options: WorldOptions = {},
): Promise<{ world: ExchangeWorld; origin: ScriptedOrigin }> {
  const origin = await ScriptedOrigin.start(t, 'a');
  return { world: await ExchangeWorld.open(t, { servers: [origin.port], ...options }), origin };
}

async function statusTo(connection: RawConnection, text: string): Promise<number | undefined> {
  await connection.write(text);
  return (await connection.answer('GET'))?.status;
}

const short = { timeouts: { clientMs: 80, idleMs: 80 } };

test('pipelined requests are answered in their order, thousands of them', async (t) => {
  const redirect = {
    path: { type: 'exact', value: '/r' },
    action: { type: 'redirect', scheme: 'https', port: 443 },
  } as const;
  const { world } = await worldWithOrigin(t, { frontend: { routes: [redirect] } });
  const connection = world.connect(t);
  const one = 'GET /r HTTP/1.1\r\nHost: a.example\r\n\r\n';
  await connection.write(get() + one.repeat(5_000) + get({ status: 299 }));
  assert.equal((await connection.answer('GET'))?.status, 200);
  for (let at = 0; at < 5_000; at++) {
    const answer = await connection.answer('GET');
    assert.deepEqual([answer?.status, answer?.headers.get('location')], [308, 'https://a.example/r']);
  }
  assert.equal((await connection.answer('GET'))?.status, 299);
});

test('who pipelines without reading is not answered without end', async (t) => {
  const { world, origin } = await worldWithOrigin(t);
  const connection = world.connect(t);
  connection.socket.pause();
  t.after(() => assert.ok(!world.dispatch.seen.includes('timeout'), 'a kept connection was not listened to'));
  const many = Array.from({ length: 300 }, (_, at) => get({ bytes: 60_000, seed: at * 977 }));
  void connection.write(many.join(''));
  let seen = -1;
  await eventually(async () => {
    const before = seen;
    seen = origin.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return seen > 0 && before === seen;
  });
  assert.ok(seen < 300, `${seen} were answered`);
  connection.socket.resume();
  for (const [at] of many.entries()) {
    assert.ok((await connection.answer('GET'))?.body.equals(contentOf(at * 977, 60_000)), `answer ${at}`);
  }
});

test('a head that stops is a 408, a connection that says nothing is closed in silence', async (t) => {
  const { world } = await worldWithOrigin(t, { frontend: short });
  const [halved, silent] = [world.connect(t), world.connect(t)];
  assert.equal(await statusTo(halved, 'GET / HTTP/1.1\r\nHost: a'), 408);
  await halved.untilEnd();
  assert.equal(await silent.answer('GET'), undefined);
  assert.deepEqual(world.counters.outcomes, ['clientError']);
});

test('a body that stops is a 408, and its server is left', async (t) => {
  const { world, origin } = await worldWithOrigin(t, { frontend: short });
  const connection = world.connect(t);
  const text = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf';
  assert.equal(await statusTo(connection, text), 408);
  await eventually(() => origin.open === 0);
  assert.deepEqual(world.dispatch.seen, ['unused']);
});

test('a client that does not read its answer is cut off', async (t) => {
  const { world } = await worldWithOrigin(t, { frontend: short });
  const connection = world.connect(t);
  connection.socket.pause();
  await connection.write(get({ bytes: 30_000_000 }));
  assert.deepEqual(await world.untilOver(1), ['aborted']);
});

test('a client that reads slowly gets all of its last answer', async (t) => {
  const timeouts = { clientMs: 5_000, idleMs: 50 };
  const { world } = await worldWithOrigin(t, { frontend: { timeouts } });
  const connection = world.connect(t);
  connection.socket.pause();
  await connection.write(get({ bytes: 6_000_000, form: 'close' }));
  await world.untilOver(0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  connection.socket.resume();
  assert.equal((await connection.answer('GET'))?.body.length, 6_000_000);
});

test('malformed requests are client errors, told and closed', async (t) => {
  const { world } = await worldWithOrigin(t, {
    frontend: { limits: { headBytes: 1_000, headers: 10, bodyBytes: 100 } },
  });
  const cases: [number, string][] = [
    [400, 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [414, `GET /${'x'.repeat(2_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    [431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2_000)}\r\n\r\n`],
    [413, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n'],
    [
      413,
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n70\r\n${'x'.repeat(112)}\r\n0\r\n\r\n`,
    ],
    [400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n'],
  ];
  for (const [status, text] of cases) {
    const connection = world.connect(t);
    assert.equal(await statusTo(connection, text), status, text.slice(0, 60));
    await connection.untilEnd();
  }
  assert.deepEqual(
    await world.untilOver(cases.length),
    cases.map(() => 'clientError'),
  );
});

test('drain: the next answer says that it was the last, and then nobody is left', async (t) => {
  const { world } = await worldWithOrigin(t);
  const [busy, idle] = [world.connect(t), world.connect(t)];
  assert.equal(await statusTo(idle, get()), 200);
  await busy.write(get({ delayMs: 100 }));
  await eventually(() => world.dispatch.open.size === 1);
  const drained = world.frontend.drain();
  // It was on its way when the drain began.
  await idle.write(get());
  for (const connection of [idle, busy]) {
    const answer = await connection.answer('GET');
    assert.deepEqual([answer?.status, answer?.headers.get('connection')], [200, 'close']);
    await connection.untilEnd();
    connection.close();
  }
  await drained;
  assert.equal(world.frontend.connections, 0);
});

test('drain closes connections that have nothing to ask', async (t) => {
  const { world } = await worldWithOrigin(t);
  const connection = world.connect(t);
  assert.equal(await statusTo(connection, get()), 200);
  const drained = world.frontend.drain();
  await connection.untilEnd();
  connection.close();
  await drained;
});

test('an update holds for the next request of a connection that stays', async (t) => {
  const { world } = await worldWithOrigin(t);
  const connection = world.connect(t);
  assert.equal(await statusTo(connection, get()), 200);
  const action = { type: 'respond', status: 404, reason: 'no longer here' } as const;
  world.frontend.update(frontendOf(1, { routes: [{ action }] }));
  assert.equal(await statusTo(connection, get()), 404);
  world.frontend.update(frontendOf(1, { defaultBackend: 'default/other:http' }));
  assert.equal(await statusTo(connection, get()), 503);
  world.frontend.update(frontendOf(1, { defaultBackend: undefined }));
  assert.equal(await statusTo(connection, get()), 404);
  world.frontend.update(frontendOf(1));
  assert.equal(await statusTo(connection, get()), 200);
});

test('cookies, Location and what only we say are ours', async (t) => {
  const persistence = { name: 'SRV', mode: 'insert' } as const;
  const { world } = await worldWithOrigin(t, { backend: { persistence } });
  const connection = world.connect(t);
  await connection.write(get());
  const first = await connection.answer('GET');
  assert.equal(first?.headers.get('set-cookie')?.split(';')[0], 'SRV=cookie-server-00');
  await connection.write(get({}, 'Cookie: a=1; SRV=cookie-server-00; b=2'));
  assert.equal((await connection.answer('GET'))?.headers.get('set-cookie'), undefined);
  assert.equal(world.dispatch.asked[1]?.persisted, 'server-0');
  await connection.write(get({}, 'Cookie: SRV=cookie-server-09'));
  assert.ok((await connection.answer('GET'))?.headers.has('set-cookie'));
});

test('one line of the log for each request, whatever became of it', async (t) => {
  const lines: string[] = [];
  const log = { format: 'httplog', append: (line: string) => void lines.push(line) } as const;
  const { world } = await worldWithOrigin(t, { log });
  const connection = world.connect(t);
  await statusTo(connection, get());
  await statusTo(connection, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
  await world.untilOver(2);
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /web default\/web:http\/server-0 .* 200 .* ---- .*"GET \/script/);
  assert.match(lines[1] ?? '', /<NOSRV> .* 400 .* PR-- .*"<BADREQ>"/);
});

test('an upgrade is a tunnel until one side ends it; its slot is given back then', async (t) => {
  const { world } = await worldWithOrigin(t);
  const connection = world.connect(t);
  await connection.write(get({}, 'Connection: Upgrade', 'Upgrade: echo'));
  assert.equal((await connection.answer('GET'))?.status, 101);
  assert.deepEqual(await world.untilOver(1), ['ok']);
  assert.equal(world.dispatch.open.size, 1);
  await connection.write('hello');
  assert.equal((await connection.bytes(5)).toString(), 'hello');
  connection.socket.end();
  await connection.untilEnd();
  await eventually(() => world.dispatch.open.size === 0);
  assert.deepEqual(world.dispatch.seen, ['101']);
});

test('a WebSocket hears 1001 when its server has to go', async (t) => {
  const { world } = await worldWithOrigin(t);
  const connection = world.connect(t);
  await connection.write(get({}, 'Connection: Upgrade', 'Upgrade: websocket'));
  assert.equal((await connection.answer('GET'))?.status, 101);
  await eventually(() => world.dispatch.open.size === 1);
  world.dispatch.lost.emit({ slot: 0, why: 'over' });
  assert.deepEqual([...(await connection.bytes(4))], [0x88, 0x02, 0x03, 0xe9]);
  await connection.untilEnd();
});

test('101 that nobody asked for is garbage', async (t) => {
  const { world } = await worldWithOrigin(t);
  const connection = world.connect(t);
  assert.equal(await statusTo(connection, get({ trouble: 'garbage' })), 502);
  assert.deepEqual(new Set(world.dispatch.seen), new Set(['truncated', 'unused']));
});
