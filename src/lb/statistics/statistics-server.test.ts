import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { EngineStats, ServerStats } from '../engine.ts';
import type { LbModel } from '../model.ts';
import { noOutcomes } from '../outcome.ts';
import { StatisticsServer } from './statistics-server.ts';

function server(name: string, more: Partial<ServerStats> = {}): ServerStats {
  return {
    ...{ id: `uid-${name}`, name, address: '127.0.0.1', port: 5001, role: 'primary', state: 'ready' },
    ...{ health: 'up', checkStatus: 'L7OK', checkCode: 200, checkMs: 3, ejected: false, active: true },
    ...{
      weight: 1,
      inFlight: 2,
      mostInFlight: 7,
      maxconn: 10,
      queued: 0,
      requests: 40,
      bytesIn: 1,
      bytesOut: 2,
    },
    ...{
      statusClasses: [0, 0, 40, 0, 0, 0],
      connectErrors: 0,
      responseErrors: 0,
      retries: 0,
      redispatches: 0,
    },
    ...{ aborted: 0, checksFailed: 0, timesDown: 0, changedAt: Date.now(), downMs: 0, node: 'node-1' },
    ...more,
  } as ServerStats;
}

const stats: EngineStats = {
  ...{ epoch: 'e1', startedAt: Date.now() - 5_000, pid: 4711, unknown: 0 },
  frontends: [
    {
      ...{ name: 'web', connections: { current: 1, most: 2, total: 3 }, requests: 44, inFlight: 1 },
      ...{ bins: { ...noOutcomes, ok: 40, sorry: 3 }, bytesIn: 10, bytesOut: 20 },
      statusClasses: [0, 0, 40, 0, 0, 3],
    },
  ],
  backends: [
    {
      ...{ name: 'shop/<web>', inFlight: 1, mostInFlight: 9, queued: 0, mostQueued: 4, requests: 43 },
      ...{ bins: { ...noOutcomes, ok: 40, sorry: 3 }, bytesIn: 10, bytesOut: 20 },
      ...{ statusClasses: [0, 0, 40, 0, 0, 3], retries: 1, redispatches: 1, connectErrors: 2 },
      ...{ responseErrors: 0, times: { queueMs: 0, connectMs: 1, responseMs: 12, totalMs: 13 } },
      ...{ load: { demand: 1, capacity: 20 }, backupsActive: 1, backupsWanted: 1, sorry: false },
      servers: [
        server('a'),
        server('b', { health: 'down', checkProgress: { count: 1, of: 2 }, active: false }),
        server('c', { state: 'departing', active: false }),
        server('d', { ejected: true, active: false }),
        server('e', { role: 'backup' }),
        server('f', { state: 'drain', node: 'node-2', requests: 200 }),
      ],
    },
  ],
};

const wish = { id: 'uid-c', state: 'departing', reason: 'terminating' };
const model = {
  frontends: [],
  backends: [{ name: 'shop/<web>', servers: [wish], queue: {} }],
} as unknown as LbModel;

async function serve(t: TestContext) {
  const source = { model: () => model, stats: async () => stats, title: 'a & b', engine: 'embedded' };
  const statistics = new StatisticsServer({ source, user: 'admin', password: 'sésamo' });
  const { port } = await statistics.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => statistics.close());
  return (path: string, login = 'admin:sésamo') => get(port, path, login);
}

function get(
  port: number,
  path: string,
  login: string,
): Promise<{ status: number; type: string; body: string }> {
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, host: '127.0.0.1', headers: { authorization } }, async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      const { statusCode: status = 0, headers } = response;
      resolve({ status, type: String(headers['content-type']), body });
    });
    sent.on('error', reject).end();
  });
}

test('nobody sees anything without the password', async (t) => {
  const ask = await serve(t);
  for (const login of ['admin:', 'admin:wrong', ':sésamo', 'root:sésamo']) {
    const { status, body } = await ask('/stats', login);
    assert.equal(status, 401);
    assert.doesNotMatch(body, /4711|web/);
  }
  assert.throws(() => new StatisticsServer({ source: {} as never, user: 'a', password: '' }), TypeError);
});

test('the page shows states by colour, and names cannot break out of it', async (t) => {
  const ask = await serve(t);
  const { status, body } = await ask('/stats');
  assert.equal(status, 200);
  for (const [look, name] of [
    ['up', 'a'],
    ['going-up', 'b'],
    ['maint', 'c'],
    ['ejected', 'd'],
    ['backup', 'e'],
    ['drain', 'f'],
  ]) {
    assert.ok(body.includes(`<tr class="${look}"><th>${name}</th>`), `${name} is ${look}`);
  }
  assert.match(body, /shop\/&lt;web&gt;/);
  assert.doesNotMatch(body, /<web>/);
  assert.match(body, /By node: node-1 50\.0 %, node-2 50\.0 %/);
  assert.match(body, /44 requests = 40 ok \+ 0 clientError .* \+ 3 sorry .* \+ 1 in flight\./);
});

test('CSV has the columns of HAProxy, and its words', async (t) => {
  const ask = await serve(t);
  for (const path of ['/stats;csv', '/stats?csv', '/stats;csv;norefresh']) {
    const { type, body } = await ask(path);
    assert.match(type, /^text\/csv/);
    const [head = '', ...lines] = body.trimEnd().split('\n');
    assert.ok(head.startsWith('# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,'));
    const columns = head.slice(2).split(',');
    const value = (line: string | undefined, column: string) => line?.split(',')[columns.indexOf(column)];
    assert.equal(lines.length, 8);
    assert.deepEqual(
      lines.map((line) => value(line, 'status')),
      ['OPEN', 'UP', 'DOWN 1/2', 'MAINT', 'EJECTED', 'UP', 'DRAIN', 'UP'],
    );
    assert.deepEqual(
      lines.map((line) => value(line, 'reason')),
      ['', '', 'check L7OK 200', 'terminating', 'errors of its traffic', '', 'drain', ''],
    );
    assert.equal(value(lines.at(-1), 'svname'), 'BACKEND');
  }
});

test('Prometheus gets the names of HAProxy, and the bins', async (t) => {
  const ask = await serve(t);
  const { type, body } = await ask('/metrics');
  assert.match(type, /version=0\.0\.4/);
  for (const line of [
    'haproxy_frontend_http_requests_total{proxy="web"} 44',
    'haproxy_server_current_sessions{proxy="shop/<web>",server="a",node="node-1"} 2',
    'haproxy_server_status{proxy="shop/<web>",server="b",node="node-1",state="DOWN"} 1',
    'haproxy_backend_http_response_time_average_seconds{proxy="shop/<web>"} 0.012',
    'relevo_frontend_requests_total{proxy="web",outcome="sorry"} 3',
  ]) {
    assert.ok(body.includes(`${line}\n`), line);
  }
  const names = body.split('\n').flatMap((line) => (line.startsWith('# TYPE') ? [line.split(' ')[2]] : []));
  assert.equal(new Set(names).size, names.length, 'every family is declared once');
});

test('JSON is what the engine says', async (t) => {
  const ask = await serve(t);
  assert.deepEqual(JSON.parse((await ask('/stats;json')).body), JSON.parse(JSON.stringify(stats)));
  assert.equal((await ask('/elsewhere')).status, 404);
});
