// What clients do to the API that they should not, over real sockets against the real server: a 4xx or a closed connection, never a crash,
// never what the caller may not see, and memory that stays bounded.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Door, RawTls, requestOf } from '../support/raw-tls.ts';
import { RelevoHome } from '../support/relevo.ts';

const secret = 'nobody-may-see-this';
/** What a server that was abused may have resident, at most. */
const maxResidentMiB = 500;

interface Status {
  apiUrl: string;
  apiAnswers: boolean;
  processes: { name: string; pid: number; restarts: number }[];
}

let home: RelevoHome;
let admin: Door;
let stranger: Door;

async function statusOf(): Promise<Status> {
  return JSON.parse((await home.run('status', '-o', 'json')).stdout);
}

before(async () => {
  home = new RelevoHome();
  const { code, stderr } = await home.run('up', '--detach', '--runtime', 'simulated', '--nodes', '1');
  assert.equal(code, 0, stderr);
  const config = JSON.parse(readFileSync(path.join(home.path, 'clusters/default/admin.kubeconfig'), 'utf8'));
  const { cluster } = config.clusters[0];
  const { user } = config.users[0];
  const bytes = (text: string) => Buffer.from(text, 'base64');
  stranger = { port: Number(new URL(cluster.server).port), ca: bytes(cluster['certificate-authority-data']) };
  admin = {
    ...stranger,
    cert: bytes(user['client-certificate-data']),
    key: bytes(user['client-key-data']),
  };
  await home.kubectl('default', 'create', 'secret', 'generic', 'hidden', `--from-literal=word=${secret}`);
  await home.kubectl('default', 'create', 'configmap', 'victim', '--from-literal=a=b');
});

after(async () => {
  await home.run('delete');
  home.remove();
});

/** It is the same process as at the start, it answers, and it has not grown without end. */
async function assertWell(): Promise<void> {
  const { apiAnswers, processes } = await statusOf();
  const control = processes.find(({ name }) => name === 'control-plane');
  assert.deepEqual([apiAnswers, control?.restarts], [true, 0]);
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${control?.pid}/status`, 'utf8'))?.[1];
  assert.ok(Number(resident) / 1024 < maxResidentMiB, `${resident} kB`);
}

async function assertRefused(door: Door, request: Buffer, what: string, statuses?: number[]): Promise<void> {
  const { status, text } = await RawTls.ask(door, request);
  assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('base64')), what);
  if (statuses) assert.ok(statuses.includes(Number(status)), `${what}: ${text.slice(0, 500) || status}`);
  else assert.ok(status === 'closed' || (status >= 400 && status < 500), `${what}: ${text.slice(0, 500)}`);
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'content-type': 'application/json' };
const yaml = { 'content-type': 'application/yaml' };
const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' };

/** Each alias ten times the one before. */
function yamlBomb(): string {
  const line = (name: number) => `a${name}: &a${name} [${`*a${name - 1}, `.repeat(10)}]\n`;
  return `a0: &a0 [x]\n${Array.from({ length: 12 }, (_, index) => line(index + 1)).join('')}`;
}

test('bodies that are no object, or far too much of one, are refused', async () => {
  const bodies: [what: string, headers: Record<string, string>, body: string | Buffer][] = [
    ['cut JSON', json, '{"metadata": {'],
    ['no object', json, 'null'],
    ['a list', json, '[]'],
    ['deep lists', json, `{"data":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['deep objects', json, `{"data":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['more than 3 MiB', json, `{"data":{"a":"${'x'.repeat(4 << 20)}"}}`],
    ['cut YAML', yaml, 'a: ['],
    ['deep YAML', yaml, '['.repeat(100_000)],
    ['a YAML bomb', yaml, yamlBomb()],
    ['much YAML', yaml, `data: {${'a: b, '.repeat(400_000)}}`],
    ['cut protobuf', protobuf, Buffer.from('k8s\0\xff\xff\xff\xff', 'latin1')],
    ['deep protobuf', protobuf, Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(1 << 20, 0x0a)])],
    ['another language', { 'content-type': 'text/xml' }, '<a/>'],
    ['an unknown compression', { ...json, 'content-encoding': 'br' }, 'x'],
  ];
  for (const [what, headers, body] of bodies) {
    for (const door of [admin, stranger]) {
      await assertRefused(door, requestOf(`POST ${configMaps}`, headers, body), what);
    }
  }
  await assertWell();
});

test('patches that explode, reach for prototypes or make no sense are refused', async () => {
  const copies = Array.from({ length: 40 }, (_, index) => ({
    op: 'copy',
    from: '/data',
    path: `/data/c${index}`,
  }));
  const patches: [type: string, patch: unknown][] = [
    ['json-patch+json', [{ op: 'add', path: '/data', value: { a: { b: 'x'.repeat(1000) } } }, ...copies]],
    ['json-patch+json', Array(10_001).fill({ op: 'test', path: '/kind', value: 'ConfigMap' })],
    ['json-patch+json', [{ op: 'add', path: '/metadata/managedFields/999999999', value: {} }]],
    ['json-patch+json', [{ op: 'add', path: '/__proto__/polluted', value: 'yes' }]],
    ['json-patch+json', [{ op: 'add', path: '/metadata/constructor/prototype/polluted', value: 'yes' }]],
    ['json-patch+json', { op: 'frob' }],
    ['strategic-merge-patch+json', { $patch: 'frob' }],
    ['merge-patch+json', { metadata: { name: 'other' } }],
    ['frob-patch+json', {}],
  ];
  for (const [type, patch] of patches) {
    const headers = { 'content-type': `application/${type}` };
    await assertRefused(
      admin,
      requestOf(`PATCH ${configMaps}/victim`, headers, JSON.stringify(patch)),
      JSON.stringify(patch).slice(0, 100),
    );
  }
  const victim = JSON.parse(await home.kubectl('default', 'get', 'configmap', 'victim', '-o', 'json'));
  assert.deepEqual(victim.data, { a: 'b' });
  await assertWell();
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('tokens that are none are not let in, and never count as anonymous', async () => {
  const claims = base64({ sub: 'system:admin', groups: ['system:masters'], exp: 4e9 });
  const tokens = [
    'Bearer x',
    `Bearer ${'x'.repeat(50_000)}`,
    `Bearer ${base64({ alg: 'none' })}.${claims}.`,
    `Bearer ${base64({ alg: 'HS256' })}.${claims}.${'A'.repeat(43)}`,
    'Bearer ....',
    'Bearer \xff\xfe',
  ];
  for (const authorization of tokens) {
    for (const where of ['/api/v1/secrets', '/version']) {
      await assertRefused(
        stranger,
        requestOf(`GET ${where}`, { authorization }),
        authorization.slice(0, 60),
        [401],
      );
    }
  }
  for (const header of ['impersonate-user', 'x-remote-user']) {
    const request = requestOf('GET /api/v1/secrets', { [header]: 'relevo-admin' });
    await assertRefused(stranger, request, header, [401, 403]);
  }
});

const tricks = [
  '/api/v1/namespaces/default/configmaps/../secrets',
  '/api/v1/namespaces/default/configmaps/%2e%2e/secrets',
  '/api/v1/namespaces/default%2fsecrets',
  '/api/v1/namespaces/default/secrets/hidden%00',
  '/api/v1/namespaces/default/secrets/hidden%2f..%2fhidden',
  '/api/v1/namespaces/default/Secrets/hidden',
  '//api/v1/namespaces/default/secrets/hidden',
  '/api//v1/namespaces/default/secrets/hidden',
  '/version/../api/v1/secrets',
  '/healthz/%2e%2e/api/v1/secrets',
  '/api/v1;x=y/secrets',
  '/api/v1/namespaces/default/secrets/hidden/',
  '/api/v1/namespaces/%zz/secrets',
  '/api/v1/watch/secrets',
  '/api/v1/proxy/namespaces/default/secrets',
  '/api/v1/nodes/node-1/proxy/../../../../etc/passwd',
  '/../../../../etc/passwd',
  '/apis/__proto__/v1/secrets',
  'https://127.0.0.1/api/v1/secrets',
  `/${'a/'.repeat(20_000)}`,
];

test('no path leads a stranger to a secret, and no path is too strange for an answer', async () => {
  for (const target of tricks) {
    for (const method of ['GET', 'HEAD', 'DELETE', 'TRACE', 'FROB']) {
      await assertRefused(stranger, requestOf(`${method} ${target}`), `${method} ${target.slice(0, 80)}`);
    }
  }
  for (const target of ['/etc/passwd', '/api/v1/namespaces/%zz', '//api', '/%2e%2e/%2e%2e/etc/passwd', '*']) {
    await assertRefused(admin, requestOf(`GET ${target}`), target);
  }
  await assertRefused(stranger, requestOf('CONNECT 127.0.0.1:22'), 'CONNECT');
  await assertWell();
});

test('queries that make no sense are refused, the longest too', async () => {
  const queries = [
    'limit=x',
    'continue=zzz',
    'resourceVersion=abc',
    'resourceVersion=-1',
    'resourceVersionMatch=Frob',
    'labelSelector=a==b==c',
    'labelSelector=a%20in%20(',
    'fieldSelector=x',
    'watch=1&timeoutSeconds=x',
    `labelSelector=${'a'.repeat(100_000)}`,
  ];
  for (const query of queries) {
    await assertRefused(admin, requestOf(`GET ${configMaps}?${query}`), query.slice(0, 60));
  }
});

/** The bound of this test, not of the server. */
const manyConnections = 500;

test('hundreds of connections that say nothing, little or half keep nobody from being served', async () => {
  const raws: RawTls[] = [];
  const silent = Array.from({ length: 100 }, () => connectTcp(admin.port, '127.0.0.1').on('error', () => {}));
  const begun = 'POST /api/v1/namespaces HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n';
  for (let at = 0; at < manyConnections - silent.length; at += 50) {
    raws.push(
      ...(await Promise.all(Array.from({ length: 50 }, () => RawTls.open(at % 100 ? admin : stranger)))),
    );
  }
  for (const [index, { socket }] of raws.entries()) {
    socket.write(['', 'GET', begun, `${begun}\r\nhalf`][index % 4] ?? '');
  }
  // Every one of them keeps its patience with a byte from time to time.
  const drip = setInterval(() => {
    for (const { socket } of raws) if (socket.writable) socket.write('x');
  }, 500);
  try {
    for (let index = 0; index < 20; index++) {
      const { status } = await RawTls.ask(admin, requestOf('GET /api/v1/namespaces/default'));
      assert.equal(status, 200);
    }
    const headless = raws.filter((_, index) => index % 4 < 3);
    await eventually(() => headless.every(({ isClosed }) => isClosed), 30_000);
    await eventually(() => silent.every(({ destroyed }) => destroyed), 30_000);
  } finally {
    clearInterval(drip);
    for (const socket of [...silent, ...raws.map((raw) => raw.socket)]) socket.destroy();
  }
  await assertWell();
});

test('watchers that stop reading or vanish cost nothing for long', async () => {
  const watch = requestOf(`GET ${configMaps}?watch=1`, { connection: 'keep-alive', 'content-length': '0' });
  const watchers = await Promise.all(Array.from({ length: 100 }, () => RawTls.open(admin)));
  for (const { socket } of watchers) socket.write(watch);
  await eventually(() => watchers.every(({ received }) => received.includes('"victim"')), 20_000);
  for (const [index, { socket }] of watchers.entries()) {
    if (index % 2 === 0) socket.pause();
    else socket.destroy();
  }
  const big = 'x'.repeat(500_000);
  for (let index = 0; index < 60; index++) {
    const body = JSON.stringify({ metadata: { name: `big-${index}` }, data: { big } });
    const { status } = await RawTls.ask(admin, requestOf(`POST ${configMaps}`, json, body));
    assert.equal(status, 201);
  }
  await assertWell();
  for (const { socket } of watchers) socket.destroy();
});
