// A cluster that starts again with fewer nodes: the pods of the others go within seconds and are replaced on those that are left.
// And users' Endpoints lead somewhere: they are mirrored into what proxies read.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RelevoHome } from '../support/relevo.ts';

const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { ports: [{ port: 5432 }] }
---
apiVersion: v1
kind: Endpoints
metadata: { name: outside }
subsets: [{ addresses: [{ ip: 192.0.2.7 }], ports: [{ port: 5432 }] }]
`;

let home: RelevoHome;
before(() => {
  home = new RelevoHome();
});
after(async () => {
  await home.run('delete');
  home.remove();
});

const kubectl = (...args: string[]) => home.kubectl('default', ...args);

async function nodesOfPods(): Promise<string[]> {
  const names = await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}');
  return names.split(' ').sort();
}

test('pods of nodes that are no longer there are replaced within seconds', async () => {
  const file = path.join(home.path, 'web.yml');
  writeFileSync(file, manifests);
  const up = ['up', '--detach', '--runtime', 'simulated'];
  assert.equal((await home.run(...up, '--nodes', '6', '-f', file)).code, 0);
  await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s');
  assert.equal(new Set(await nodesOfPods()).size, 6);
  assert.equal((await home.run('down')).code, 0);
  assert.equal((await home.run(...up, '--nodes', '2')).code, 0);
  await eventually(async () => {
    const where = await nodesOfPods();
    return where.length === 6 && where.every((name) => ['node-1', 'node-2'].includes(name));
  }, 15_000);
  await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s');
});

test('Endpoints that a user wrote have an EndpointSlice', async () => {
  const wanted = 'endpointslicemirroring-controller.k8s.io 192.0.2.7 5432';
  const columns = `{.items[0].metadata.labels.endpointslice\\.kubernetes\\.io/managed-by} {.items[0].endpoints[0].addresses[0]} {.items[0].ports[0].port}`;
  const slices = [
    'get',
    'endpointslices',
    '-l',
    'kubernetes.io/service-name=outside',
    '-o',
    `jsonpath=${columns}`,
  ];
  await eventually(async () => (await kubectl(...slices)) === wanted);
});
