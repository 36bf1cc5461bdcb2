// What programs in pods find under names, with the resolver of their C library: Services, each other, what their dnsConfig says, and the
// machine itself.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RelevoHome } from '../support/relevo.ts';

const manifests = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 8000, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: group }
spec: { clusterIP: None, selector: { in: group } }
---
apiVersion: v1
kind: Service
metadata: { name: other }
spec: { type: ExternalName, externalName: web.default.svc.cluster.local }
---
apiVersion: v1
kind: Pod
metadata: { name: one, labels: { in: group } }
spec:
  hostname: one
  subdomain: group
  terminationGracePeriodSeconds: 1
  containers: [{ name: app, image: host, command: [sleep, '1000'] }]
---
apiVersion: v1
kind: Pod
metadata: { name: own }
spec:
  dnsPolicy: None
  dnsConfig: { nameservers: [192.0.2.53], searches: [example.org], options: [{ name: ndots, value: '2' }] }
  terminationGracePeriodSeconds: 1
  containers: [{ name: app, image: host, command: [sleep, '1000'] }]
`;

let home: RelevoHome;
before(async () => {
  home = new RelevoHome();
  const { code, stderr } = await home.run('up', '--detach', '--nodes', '2', '--network', 'netns');
  assert.equal(code, 0, stderr);
  const file = path.join(home.path, 'names.yml');
  writeFileSync(file, manifests);
  await home.kubectl('default', 'apply', '-f', file);
  await home.kubectl('default', 'wait', '--for=condition=Ready', '--timeout=30s', 'pod/one', 'pod/own');
});
after(async () => {
  await home.run('delete');
  home.remove();
});

const within = (pod: string, ...command: string[]) => home.kubectl('default', 'exec', pod, '--', ...command);
const field = async (object: string, where: string) =>
  home.kubectl('default', 'get', object, '-o', `jsonpath={.${where}}`);

/** The first IPv4 address of a name in the pod `one`. */
async function addressOf(name: string): Promise<string | undefined> {
  const found = await within('one', 'getent', 'ahostsv4', name);
  return found.split(/\s/, 1)[0];
}

test('a Service is found by its name alone, with its namespace, in full, and under another name', async () => {
  const address = await field('service/web', 'spec.clusterIP');
  for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local', 'other'])
    assert.equal(await eventually(() => addressOf(name)), address, name);
  assert.equal(
    await addressOf('kubernetes.default.svc'),
    await field('service/kubernetes', 'spec.clusterIP'),
  );
});

test('a pod of a headless Service is found by its host name', async () => {
  const address = await field('pod/one', 'status.podIP');
  assert.equal(await eventually(() => addressOf('one.group')), address);
  assert.equal(await addressOf('group'), address);
});

test('a name that nobody has is not found', async () => {
  await assert.rejects(addressOf('nobody.default.svc.cluster.local'), /exit code 2/);
});

test('a pod that brings a resolver of its own has that and no other', async () => {
  const text = await within('own', 'cat', '/etc/resolv.conf');
  assert.deepEqual(text.trim().split('\n').toSorted(), [
    'nameserver 192.0.2.53',
    'options ndots:2',
    'search example.org',
  ]);
});
