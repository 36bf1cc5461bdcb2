import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { put } from '../../../tests/support/auth-objects.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { type TestCertificates, testCertificates } from '../../../tests/support/test-certificates.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { KubeletMetrics } from './kubelet-metrics.ts';

let certificates: TestCertificates;
const servers: Server[] = [];

before(async () => {
  certificates = await testCertificates();
});
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

interface Kubelet {
  port: number;
  /** Who asked for what. */
  asked: string[];
}

/** A kubelet that answers with `answer`, or never. */
async function kubelet(answer?: { status?: number; text: string }): Promise<Kubelet> {
  const asked: string[] = [];
  const { ca, server: tls } = certificates;
  const server = createServer(
    { ...tls, ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      asked.push(`${subject.CN} ${request.method} ${request.url}`);
      if (answer) response.writeHead(answer.status ?? 200).end(answer.text);
    },
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked };
}

function putNode(store: MemoryStore, name: string, port: number, ready = 'True'): Promise<void> {
  return put(store, `nodes/${name}`, {
    status: {
      conditions: [{ type: 'Ready', status: ready }],
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  });
}

function metricsOf(store: MemoryStore, clock = new FakeClock(), timeoutMs?: number): KubeletMetrics {
  const { ca, client } = certificates;
  const tls = { ca, certificate: client.cert, key: client.key };
  return new KubeletMetrics({ store, clock, tls, timeoutMs });
}

const summary = JSON.stringify({
  node: { cpu: { usageNanoCores: 5 }, memory: { workingSetBytes: 6 } },
  pods: [],
});

test('every ready node is asked, by who the API server is, and the answer is remembered for a second', async () => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const [one, two, lost] = [
    await kubelet({ text: summary }),
    await kubelet({ text: summary }),
    await kubelet({ text: summary }),
  ];
  await putNode(store, 'n1', one.port);
  await putNode(store, 'n2', two.port);
  await putNode(store, 'n3', lost.port, 'Unknown');
  const metrics = metricsOf(store, clock);
  const [first, second] = await Promise.all([metrics.nodeUsage(), metrics.nodeUsage()]);
  assert.equal(first, second);
  assert.deepEqual(first.map(({ name }) => name).sort(), ['n1', 'n2']);
  assert.deepEqual(first[0]?.usage, { cpuNanocores: 5, memoryBytes: 6 });
  assert.deepEqual([one.asked, lost.asked], [['tester GET /stats/summary'], []]);
  clock.advance(1_000);
  await metrics.nodeUsage();
  assert.equal(one.asked.length, 2);
  await metrics.close();
});

test('a node that fails, is silent or talks nonsense has no figures, and spoils none', async () => {
  const store = new MemoryStore();
  await putNode(store, 'good', (await kubelet({ text: summary })).port);
  await putNode(store, 'failing', (await kubelet({ status: 500, text: 'no' })).port);
  await putNode(store, 'nonsense', (await kubelet({ text: '<html>' })).port);
  await putNode(store, 'odd', (await kubelet({ text: '{"pods":[{"containers":{}}]}' })).port);
  await putNode(store, 'silent', (await kubelet()).port);
  await putNode(store, 'absent', 1);
  const metrics = metricsOf(store, new FakeClock(), 300);
  assert.deepEqual(
    (await metrics.nodeUsage()).map(({ name }) => name),
    ['good'],
  );
  await metrics.close();
});

test('a kubelet that another authority vouches for is not believed', async () => {
  const store = new MemoryStore();
  const impostor = await kubelet({ text: summary });
  await putNode(store, 'n1', impostor.port);
  const { ca } = await testCertificates();
  const { client } = certificates;
  const tls = { ca, certificate: client.cert, key: client.key };
  const metrics = new KubeletMetrics({ store, clock: new FakeClock(), tls });
  assert.deepEqual(await metrics.nodeUsage(), []);
  assert.deepEqual(impostor.asked, []);
  await metrics.close();
});
