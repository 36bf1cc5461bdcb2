// Requests go on while pods are replaced, moved and cut off: a rolling update, a drain that a disruption budget slows down, Services that share a
// port, and cables that are cut and slowed down under them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RealCluster } from '../support/real-cluster.ts';

const cluster = new RealCluster();

const deployment = (name: string, replicas: number, version: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 10
      containers:
        - name: web
          image: relevo/web
          ports: [{ containerPort: 8080 }]
          env: [{ name: VERSION, value: "${version}" }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
          lifecycle: { preStop: { sleep: { seconds: 1 } } }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { type: LoadBalancer, selector: { app: ${name} }, ports: [{ port: 8000, targetPort: 8080 }] }
---`;

before(async () => {
  await cluster.up('--nodes', '3', '--network', 'netns');
  await cluster.apply(deployment('front', 3, '1') + deployment('back', 1, '1'));
  for (const name of ['front', 'back'])
    await cluster.kubectl('rollout', 'status', `deployment/${name}`, '--timeout=40s');
});
after(() => cluster.delete());

async function addressOf(service: string): Promise<string> {
  const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
  return eventually(async () => (await cluster.kubectl('get', 'service', service, '-o', path)) || undefined);
}

/** The name of the pod that answers on this machine. */
async function answer(address: string): Promise<string> {
  const response = await fetch(`http://${address}:8000/`, { headers: { connection: 'close' } });
  return ((await response.json()) as { pod: string }).pod;
}

/** Asks one request after the other while `work` is done. Resolves with how many were answered; rejects with what one of them failed of. */
async function underTraffic(address: string, work: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  let answered = 0;
  const clients = [1, 2].map(async () => {
    for (; !isOver; answered++) await answer(address);
  });
  const flow = Promise.all(clients);
  await Promise.race([work(), flow]).finally(() => {
    isOver = true;
  });
  await flow;
  return answered;
}

const podsOf = async (app: string) => {
  const columns = 'jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.podIP}{"\\n"}{end}';
  const text = await cluster.kubectl('get', 'pods', '-l', `app=${app}`, '-o', columns);
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', node = '', ip = ''] = line.split(' ');
      return { name, node, ip };
    });
};

test('two Services have the same port, each on an address of its own, the same for this machine and for pods', async () => {
  const [front, back] = [await addressOf('front'), await addressOf('back')];
  assert.notEqual(front, back);
  assert.match(await answer(front), /^front-/);
  assert.match(await answer(back), /^back-/);
  await cluster.kubectl('run', 'client', '--image=host', '--', 'sleep', '1000');
  await cluster.ready('client');
  for (const url of [`${front}:8000`, 'front:8000', 'front.default.svc.cluster.local:8000'])
    assert.match(await cluster.says('client', ask(url)), /"pod":"front-/, url);
});

/** A request by a shell that has no other program for it than itself. */
function ask(hostAndPort: string): string {
  const [host, port] = hostAndPort.split(':');
  return `bash -c 'exec 3<>/dev/tcp/${host}/${port}; printf "GET / HTTP/1.0\\r\\nAccept: application/json\\r\\n\\r\\n" >&3; timeout 5 cat <&3'`;
}

test('a rolling update fails no request', async () => {
  const address = await addressOf('front');
  const before = await podsOf('front');
  const answered = await underTraffic(address, async () => {
    await cluster.kubectl('set', 'env', 'deployment/front', 'VERSION=2');
    await cluster.kubectl('rollout', 'status', 'deployment/front', '--timeout=40s');
    await eventually(async () => (await podsOf('front')).length === 3, 20_000);
  });
  assert.ok(answered > 10, String(answered));
  const names = new Set(before.map(({ name }) => name));
  assert.ok((await podsOf('front')).every(({ name }) => !names.has(name)));
});

test('a drain waits for a disruption budget, and fails no request', async () => {
  await cluster.kubectl('create', 'pdb', 'front', '--selector=app=front', '--min-available=2');
  const address = await addressOf('front');
  const [first] = await podsOf('front');
  const node = String(first?.node);
  await underTraffic(address, async () => {
    await cluster.kubectl('drain', node, '--ignore-daemonsets', '--force', '--timeout=40s');
    await cluster.kubectl('rollout', 'status', 'deployment/front', '--timeout=40s');
  });
  assert.ok((await podsOf('front')).every((pod) => pod.node !== node));
  await cluster.kubectl('uncordon', node);
});

test('a pod on a node whose cable is cut answers nobody, and does again when it is healed', async () => {
  await cluster.kubectl('delete', 'pod', 'client', '--ignore-not-found');
  const [target] = await podsOf('back');
  const overrides = (node: string) =>
    JSON.stringify({ spec: { nodeName: node, terminationGracePeriodSeconds: 0 } });
  const other = ['node-1', 'node-2', 'node-3'].find((name) => name !== target?.node) ?? '';
  await cluster.kubectl(
    'run',
    'asker',
    '--image=host',
    `--overrides=${overrides(other)}`,
    '--',
    'sleep',
    '1000',
  );
  await cluster.ready('asker');
  const asks = () => cluster.says('asker', `timeout 2 ${ask(`${target?.ip}:8080`)}`).catch(() => '');
  const back = await addressOf('back');
  assert.match(await asks(), /"pod":"back-/);
  await cluster.relevo('node', 'partition', String(target?.node));
  assert.equal(await asks(), '');
  await assert.rejects(fetch(`http://${back}:8000/`, { signal: AbortSignal.timeout(1_000) }));
  await cluster.relevo('node', 'heal', String(target?.node));
  assert.match(await asks(), /"pod":"back-/);
  assert.match(await eventually(() => answer(back).catch(() => undefined), 20_000), /^back-/);
});

test('a cable is slowed down: what comes over it takes its time', async () => {
  const [target] = await podsOf('back');
  const address = await addressOf('back');
  await cluster.relevo('node', 'slow', String(target?.node), '--rate', '1mbit', '--loss', '1%');
  const start = performance.now();
  // Its answer has the path in it, so that these are 120 kB each way: at 1 Mbit/s that is a second, less the first burst.
  for (let request = 0; request < 10; request++) {
    const response = await fetch(`http://${address}:8000/${'x'.repeat(12_000)}`);
    assert.ok((await response.text()).length > 12_000);
  }
  const tookMs = performance.now() - start;
  await cluster.relevo('node', 'heal', String(target?.node));
  assert.ok(tookMs > 400, `${tookMs} ms`);
});
