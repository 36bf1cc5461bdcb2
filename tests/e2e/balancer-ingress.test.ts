// Ingresses as people use them, with the real kubectl: hosts and paths, TLS, redirects, rewrites, header rules, WebSockets, addresses in the status,
// and what bad input gets while the rest goes on.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import type { V1Ingress } from '../../src/api/generated/types.ts';
import { BalancedCluster, podOf } from '../support/balanced/balanced-cluster.ts';
import { ingress, pathTo, tlsSecret, webDeployment, webService } from '../support/balanced/manifests.ts';
import type { Mirrored } from '../support/balanced/mirror-program.ts';
import { eventually } from '../support/eventually.ts';
import { namedCertificate } from '../support/lb/named-certificate.ts';
import { type Answer, type Asked, ask } from '../support/lb/user.ts';

const cluster = new BalancedCluster();
const patienceMs = 20_000;
let http = 0;
let https = 0;

before(async () => {
  await cluster.start();
  await cluster.applyObjects(
    ...[
      webDeployment({ name: 'web', replicas: 2 }),
      webService('web', { app: 'web' }, { type: 'ClusterIP' }),
    ],
    ...[mirror(), webService('mirror', { app: 'mirror' }, { type: 'ClusterIP' })],
  );
  await Promise.all([cluster.settled('app=web', 2), cluster.settled('app=mirror', 1)]);
  ({ http, https } = await cluster.ingressPorts());
});
after(() => cluster.delete());

/** A pod with an address of its own sees of this machine what it is given. */
function mirror(): object {
  const given: Record<string, string> = {
    node: process.execPath,
    program: path.join(import.meta.dirname, '../support/balanced/mirror-program.ts'),
  };
  const volumes = Object.entries(given).map(([name, file]) => ({
    ...{ name, hostPath: { path: file, type: 'File' } },
  }));
  const container = {
    ...{ name: 'mirror', image: 'host', ports: [{ containerPort: 8080 }] },
    command: ['/opt/node', '/opt/program.ts'],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    volumeMounts: [
      { name: 'node', mountPath: '/opt/node' },
      { name: 'program', mountPath: '/opt/program.ts' },
    ],
  };
  const labels = { app: 'mirror' };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mirror', labels } },
    spec: { terminationGracePeriodSeconds: 1, containers: [container], volumes },
  };
}

const rule = (host: string, ...paths: object[]) => ({ host, http: { paths } });

/** The Service that answered: its pods are called after it. */
async function whoAnswers(host: string, url = '/', asked: Asked = {}): Promise<string> {
  const answer = await ask(http, { path: url, ...asked, headers: { host } });
  return String(podOf(answer).split('-')[0]);
}

async function mirrored(asked: Asked): Promise<Mirrored> {
  const { status, body } = await ask(http, asked);
  assert.equal(status, 200, body);
  return JSON.parse(body) as Mirrored;
}

/** Resolves with the answer when it has this status: what was applied is in force a moment later. */
function answered(port: number, asked: Asked, status: number): Promise<Answer> {
  return eventually(async () => {
    const answer = await ask(port, asked);
    if (answer.status === status) return answer;
    throw new Error(`${answer.status} instead of ${status}: ${answer.body}`);
  }, patienceMs);
}

/** What the server shows to who asks for this name. */
async function shownCertificate(servername: string): Promise<{ fingerprint: string; names: string }> {
  const socket = connect({ host: '127.0.0.1', port: https, servername, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256: fingerprint, subjectaltname: names = '' } = socket.getPeerCertificate();
  socket.destroy();
  return { fingerprint, names };
}

test('hosts and paths lead to Services, the most specific first, and what none of them means to the default', async () => {
  await cluster.applyObjects(
    ingress('main', {
      spec: {
        rules: [
          rule('a.example', pathTo('web'), pathTo('mirror', '/m'), pathTo('web', '/m/exact', 'Exact')),
          rule('*.wild.example', pathTo('mirror')),
        ],
        defaultBackend: { service: { name: 'web', port: { name: 'http' } } },
      },
    }),
  );
  await answered(http, { headers: { host: 'a.example' } }, 200);
  const cases: [host: string, url: string, service: string][] = [
    ['a.example', '/', 'web'],
    ['A.Example', '/m', 'mirror'],
    ['a.example', '/m/deeper?x=1', 'mirror'],
    ['a.example', '/m/exact', 'web'],
    ['a.example', '/m/exact/not', 'mirror'],
    ['a.example', '/more', 'web'],
    ['b.wild.example', '/', 'mirror'],
    ['wild.example', '/', 'web'],
    ['elsewhere.example', '/m', 'web'],
  ];
  for (const [host, url, service] of cases) assert.equal(await whoAnswers(host, url), service, host + url);
});

test('an Ingress tells where it is found', async () => {
  const { status } = await eventually(async () => {
    const found = await cluster.object<V1Ingress>('ingress', 'main');
    return found.status?.loadBalancer?.ingress?.length === 1 && found;
  }, patienceMs);
  const ip = String(status?.loadBalancer?.ingress?.[0]?.ip);
  const { ingress: places } = await cluster.access();
  assert.ok(places.http.some((url) => new URL(url).hostname === ip));
  assert.match(await cluster.kubectl('get', 'ingress', 'main'), new RegExp(` ${ip.replaceAll('.', '\\.')} `));
});

test('an application learns who asks, and for what; paths and headers are rewritten as annotations say', async () => {
  await cluster.applyObjects(
    ingress('rewritten', {
      annotations: {
        'relevo.dev/rewrite-path': '/inner',
        'relevo.dev/request-headers': 'X-Edge: yes\n-X-Unwanted',
        'relevo.dev/response-headers': '-X-Inner\nX-Outer: seen',
        'relevo.dev/body-limit': '1Ki',
      },
      spec: { rules: [rule('r.example', pathTo('mirror', '/api'))] },
    }),
  );
  const headers = { host: 'r.example', 'x-unwanted': '1', 'x-forwarded-for': '1.2.3.4' };
  await eventually(
    async () => (await ask(http, { path: '/api', headers })).headers['x-outer'] === 'seen',
    patienceMs,
  );
  const { url, headers: seen } = await mirrored({ path: '/api/a%2Fb?q=1', headers });
  assert.equal(url, '/inner/a%2Fb?q=1');
  assert.deepEqual([seen['x-edge'], seen['x-unwanted'], seen.host], ['yes', undefined, 'r.example']);
  assert.deepEqual(
    [seen['x-forwarded-for'], seen['x-forwarded-proto'], seen['x-forwarded-host']],
    ['127.0.0.1', 'http', 'r.example'],
  );
  const answer = await ask(http, { path: '/api', headers });
  assert.deepEqual([answer.headers['x-inner'], answer.headers['x-outer']], [undefined, 'seen']);
  const large = await ask(http, { path: '/api', headers, method: 'POST', body: 'x'.repeat(2_000) });
  assert.equal(large.status, 413);
});

test('TLS is by the Secret of the host, plain HTTP leads to it, and a new certificate is shown at once', async () => {
  const [first, second] = [await namedCertificate('s.example'), await namedCertificate('s.example')];
  const spec = {
    tls: [{ hosts: ['s.example'], secretName: 's-tls' }],
    rules: [rule('s.example', pathTo('mirror'))],
  };
  await cluster.applyObjects(tlsSecret('s-tls', first), ingress('secure', { spec }));
  const secure: Asked = { headers: { host: 's.example' }, serverName: 's.example' };
  const answer = await eventually(() => ask(https, secure), patienceMs);
  const { headers } = JSON.parse(answer.body) as Mirrored;
  assert.deepEqual([headers['x-forwarded-proto'], headers['x-forwarded-port']], ['https', String(https)]);
  const plain = await ask(http, { path: '/a?b=c', headers: { host: 's.example' } });
  assert.deepEqual([plain.status, plain.headers.location], [308, `https://s.example:${https}/a?b=c`]);
  const shown = await shownCertificate('s.example');
  assert.match(shown.names, /DNS:s\.example/);
  await cluster.applyObjects(tlsSecret('s-tls', second));
  await eventually(
    async () => (await shownCertificate('s.example')).fingerprint !== shown.fingerprint,
    patienceMs,
  );
  assert.equal((await ask(https, secure)).status, 200);
});

test('a certificate is made for the asking', async () => {
  await cluster.applyObjects(
    ingress('made', {
      annotations: { 'relevo.dev/tls': 'self-signed', 'relevo.dev/ssl-redirect': 'false' },
      spec: { rules: [rule('made.example', pathTo('web'))] },
    }),
  );
  await eventually(
    async () => (await shownCertificate('made.example')).names.includes('DNS:made.example'),
    patienceMs,
  );
  const asked: Asked = { headers: { host: 'made.example' } };
  assert.equal((await ask(https, { ...asked, serverName: 'made.example' })).status, 200);
  assert.equal((await ask(http, asked)).status, 200);
});

test('a certificate that is of no use is told of; the host goes on without, and the others with theirs', async () => {
  const before = await shownCertificate('s.example');
  const broken = { chain: 'no certificate', key: 'no key' };
  await cluster.applyObjects(
    tlsSecret('broken-tls', broken),
    ingress('broken', {
      spec: {
        tls: [{ hosts: ['broken.example'], secretName: 'broken-tls' }],
        rules: [rule('broken.example', pathTo('web'))],
      },
    }),
    ingress('absent', {
      spec: {
        tls: [{ hosts: ['absent.example'], secretName: 'absent-tls' }],
        rules: [rule('absent.example', pathTo('web'))],
      },
    }),
  );
  assert.match(
    (await cluster.event('Ingress/broken', 'CertificateUnusable')).message,
    /"broken-tls" is of no use/,
  );
  assert.match(
    (await cluster.event('Ingress/absent', 'CertificateUnusable')).message,
    /"absent-tls" .* not exist/,
  );
  await answered(http, { headers: { host: 'broken.example' } }, 200);
  assert.deepEqual(await shownCertificate('s.example'), before);
});

test('of two Ingresses that want the same the older has it, and the other is told', async () => {
  const spec = { rules: [rule('a.example', pathTo('mirror'))] };
  await cluster.applyObjects(ingress('usurper', { spec }));
  const { message } = await cluster.event('Ingress/usurper', 'DuplicatePath');
  assert.match(message, /"a\.example" with the path "\/" belongs to the older Ingress "default\/main"/);
  assert.equal(await whoAnswers('a.example'), 'web');
  await cluster.kubectl('delete', 'ingress', 'main');
  await eventually(async () => (await whoAnswers('a.example')) === 'mirror', patienceMs);
});

test('a Service that is not there is 503, until it is there', async () => {
  await cluster.applyObjects(ingress('early', { spec: { rules: [rule('early.example', pathTo('late'))] } }));
  assert.match((await cluster.event('Ingress/early', 'BackendNotFound')).message, /"late" does not exist/);
  const asked: Asked = { headers: { host: 'early.example' } };
  await answered(http, asked, 503);
  await cluster.applyObjects(webService('late', { app: 'web' }, { type: 'ClusterIP' }));
  await answered(http, asked, 200);
});

test('a WebSocket goes through', async () => {
  await cluster.applyObjects(
    ingress('ws', { spec: { rules: [{ http: { paths: [pathTo('mirror', '/ws')] } }] } }),
  );
  await answered(http, { path: '/ws' }, 200);
  const socket = new WebSocket(`ws://127.0.0.1:${http}/ws`);
  await once(socket, 'open');
  for (const text of ['hello', 'and again']) {
    const heard = once(socket, 'message') as Promise<[{ data: string }]>;
    socket.send(text);
    assert.equal((await heard)[0].data, text);
  }
  const closed = once(socket, 'close');
  socket.close();
  await closed;
});

test('a port that somebody else has is told of, and taken as soon as it is free', async () => {
  const port = await freeNodePort();
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  const ports = [{ name: 'http', port: 80, targetPort: 8080, nodePort: port }];
  await cluster.applyObjects(webService('unlucky', { app: 'web' }, { ports }));
  assert.match((await cluster.event('Service/unlucky', 'PortUnavailable')).message, new RegExp(String(port)));
  assert.equal((await ask(http, { path: '/ws' })).status, 200);
  squatter.close();
  await once(squatter, 'close');
  await answered(port, {}, 200);
});

/** One of the cluster's range that nobody has, here or there. */
async function freeNodePort(): Promise<number> {
  await cluster.applyObjects(webService('lent', { app: 'web' }));
  const text = await cluster.kubectl('get', 'service', 'lent', '-o', 'jsonpath={.spec.ports[0].nodePort}');
  await answered(Number(text), {}, 200);
  await cluster.kubectl('delete', 'service', 'lent');
  await eventually(
    () =>
      ask(Number(text)).then(
        () => false,
        ({ code }) => code === 'ECONNREFUSED',
      ),
    patienceMs,
  );
  return Number(text);
}
