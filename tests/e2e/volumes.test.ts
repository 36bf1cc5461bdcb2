// Every kind of volume in one pod of a real cluster, seen from its programs; updates that arrive, also after the kubelet was killed; a
// ConfigMap that comes late; who may mount the machine's own folders; and nothing that is left behind.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RelevoHome } from '../support/relevo.ts';

const patienceMs = 30_000;

const everyKind = (host: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: red, size: "9" }
---
apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { password: geheim }
---
apiVersion: v1
kind: Pod
metadata: { name: all, labels: { tier: front } }
spec:
  terminationGracePeriodSeconds: 1
  initContainers:
    - name: prepare
      image: host
      command: [sh, -c, 'echo prepared > /cache/file']
      volumeMounts: [{ name: cache, mountPath: /cache }]
  containers:
    - name: app
      image: host
      command: [sleep, '1000']
      env: [{ name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
      volumeMounts:
        - { name: cache, mountPath: /cache }
        - { name: cache, mountPath: /logs, subPathExpr: logs/$(POD_NAME) }
        - { name: host, mountPath: /host }
        - { name: settings, mountPath: /etc/settings }
        - { name: settings, mountPath: /etc/app/color.conf, subPath: color }
        - { name: some, mountPath: /etc/some }
        - { name: login, mountPath: /etc/login, readOnly: true }
        - { name: about, mountPath: /etc/about }
        - { name: mixed, mountPath: /etc/mixed }
        - { name: absent, mountPath: /etc/absent }
  volumes:
    - { name: cache, emptyDir: {} }
    - { name: host, hostPath: { path: ${host}, type: Directory } }
    - { name: settings, configMap: { name: settings } }
    - { name: some, configMap: { name: settings, defaultMode: 0640, items: [{ key: size, path: deep/size.txt, mode: 0400 }] } }
    - { name: login, secret: { secretName: login } }
    - { name: about, downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] } }
    - name: mixed
      projected:
        sources:
          - configMap: { name: settings, items: [{ key: color, path: color }] }
          - secret: { name: login }
          - downwardAPI: { items: [{ path: name, fieldRef: { fieldPath: metadata.name } }] }
          - serviceAccountToken: { path: token, audience: bank, expirationSeconds: 600 }
    - { name: absent, configMap: { name: nowhere, optional: true } }
`;

const late = `
apiVersion: v1
kind: Pod
metadata: { name: late }
spec:
  containers: [{ name: app, image: relevo/web, volumeMounts: [{ name: conf, mountPath: /conf }] }]
  volumes: [{ name: conf, configMap: { name: late } }]
---
apiVersion: v1
kind: Pod
metadata: { name: beside }
spec: { containers: [{ name: app, image: relevo/web }] }
`;

let home: RelevoHome;
before(async () => {
  home = new RelevoHome();
  const { code, stderr } = await home.run('up', '--detach', '--nodes', '1', '--network', 'netns');
  assert.equal(code, 0, stderr);
});
after(async () => {
  await home.run('delete');
  home.remove();
});

const kubectl = (...args: string[]) => home.kubectl('default', ...args);

function manifest(name: string, text: string): string {
  const file = path.join(home.path, `${name}.yml`);
  writeFileSync(file, text);
  return file;
}

/** What a shell in the pod says. */
async function says(script: string): Promise<string> {
  return (await kubectl('exec', 'all', '-c', 'app', '--', 'sh', '-c', script)).trim();
}

const readyIn30s = ['--for=condition=Ready', '--timeout=30s'] as const;

test('every kind of volume is there, with what belongs in it', async () => {
  const host = path.join(home.path, 'host');
  mkdirSync(host);
  writeFileSync(path.join(host, 'given'), 'by the machine');
  await kubectl('apply', '-f', manifest('all', everyKind(host)));
  await kubectl('wait', ...readyIn30s, 'pod/all');
  for (const [file, content] of [
    ['cache/file', 'prepared'],
    ['host/given', 'by the machine'],
    ['etc/settings/color', 'red'],
    ['etc/app/color.conf', 'red'],
    ['etc/some/deep/size.txt', '9'],
    ['etc/login/password', 'geheim'],
    ['etc/about/labels', 'tier="front"'],
    ['etc/mixed/color', 'red'],
    ['etc/mixed/password', 'geheim'],
    ['etc/mixed/name', 'all'],
    ['var/run/secrets/kubernetes.io/serviceaccount/namespace', 'default'],
  ]) {
    assert.equal(await says(`cat /${file}`), content, file);
  }
  assert.equal(await says('stat -Lc %a /etc/some/deep/size.txt'), '400');
  assert.equal(await says('ls /etc/absent'), '');
  await says('echo line > /logs/today; echo mine > /host/made');
  assert.equal(await says('cat /cache/logs/all/today'), 'line');
  assert.equal(readFileSync(path.join(host, 'made'), 'utf8'), 'mine\n');
});

test('the pod’s tokens are good, each for its audience', async () => {
  for (const [file, audience] of [
    ['etc/mixed/token', 'bank'],
    ['var/run/secrets/kubernetes.io/serviceaccount/token', undefined],
  ] as const) {
    const token = await says(`cat /${file}`);
    const spec = { token, ...(audience && { audiences: [audience] }) };
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
    const answer = await kubectl(
      ...['create', '--validate=false', '-f', manifest('review', JSON.stringify(review))],
      ...['-o', 'jsonpath={.status.user.username}'],
    );
    assert.equal(answer, 'system:serviceaccount:default:default', file);
  }
});

test('what is mounted for reading cannot be written, whoever tries', async () => {
  const tries = ['/etc/login/more', '/etc/settings/color', '/etc/app/color.conf', '/etc/mixed/token'];
  for (const file of tries)
    assert.equal(await says(`(echo x > ${file}) 2>/dev/null || echo refused`), 'refused', file);
  const told = await kubectl('get', 'events', '--field-selector', 'reason=VolumesElsewhere', '-o', 'name');
  assert.equal(told, '');
});

test('what changes arrives within seconds, also when the kubelet was killed meanwhile', async () => {
  const settle = (color: string) =>
    kubectl('patch', 'configmap', 'settings', '-p', JSON.stringify({ data: { color } }));
  const arrives = (script: string, wanted: string) =>
    eventually(async () => (await says(script).catch(() => '')) === wanted, patienceMs);
  await settle('blue');
  await kubectl('label', 'pod', 'all', 'tier=back', '--overwrite');
  await arrives('cat /etc/settings/color /etc/mixed/color', 'blueblue');
  await arrives('cat /etc/about/labels', 'tier="back"');
  assert.equal(await says('cat /etc/app/color.conf'), 'red', 'a subPath stays as it was');
  await killKubelet();
  await settle('green');
  await arrives('cat /etc/settings/color', 'green');
  assert.equal(await says('cat /cache/file'), 'prepared');
});

test('a pod whose ConfigMap is missing waits and says so, others go on, and it starts when that comes', async () => {
  await kubectl('apply', '-f', manifest('late', late));
  await kubectl('wait', ...readyIn30s, 'pod/beside');
  await eventually(async () => {
    const described = await kubectl('describe', 'pod', 'late');
    return /FailedMount .*MountVolume.SetUp failed for volume "conf" : configmap "late" not found/.test(
      described,
    );
  }, patienceMs);
  assert.match(await kubectl('get', 'pod', 'late'), /late +0\/1 +ContainerCreating/);
  await kubectl('create', 'configmap', 'late', '--from-literal=a=1');
  await kubectl('wait', ...readyIn30s, 'pod/late');
});

test('the machine’s own folders need an administrator', async () => {
  await kubectl('create', 'rolebinding', 'ana', '--clusterrole=edit', '--user=ana');
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'spy' },
    spec: {
      containers: [{ name: 'app', image: 'relevo/web' }],
      volumes: [{ name: 'all', hostPath: { path: '/' } }],
    },
  };
  const create = kubectl('create', '--as=ana', '-f', manifest('spy', JSON.stringify(pod)));
  await assert.rejects(create, /Forbidden.*volume "all" is a hostPath \("\/"\) and needs an administrator/s);
});

test('an emptyDir beyond its sizeLimit costs the pod its place', async () => {
  const file = manifest(
    'full',
    `
apiVersion: v1
kind: Pod
metadata: { name: full }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: host
      command: [sh, -c, 'head -c 2000000 /dev/zero > /cache/large; exec sleep 1000']
      volumeMounts: [{ name: cache, mountPath: /cache }]
  volumes: [{ name: cache, emptyDir: { sizeLimit: 1Mi } }]
`,
  );
  await kubectl('apply', '-f', file);
  const told = await eventually(async () => {
    const columns = 'jsonpath={.status.phase} {.status.reason} {.status.message}';
    const shown = await kubectl('get', 'pod', 'full', '-o', columns);
    return shown.startsWith('Failed') && shown;
  }, patienceMs);
  assert.equal(told, 'Failed Evicted Usage of EmptyDir volume "cache" exceeds the limit "1Mi".');
});

test('nothing of a pod’s volumes is left, and nothing else is touched', async () => {
  const folder = path.join(home.path, 'clusters/default/data/nodes/node-1/volumes');
  assert.equal(readdirSync(folder).length, 4);
  await killKubelet();
  await kubectl('delete', 'pod', '--all', '--wait=false');
  await eventually(() => readdirSync(folder).length === 0, patienceMs);
  assert.ok(existsSync(path.join(home.path, 'host/made')));
});

async function killKubelet(): Promise<void> {
  const { code, stderr } = await home.run('kubelet', 'kill', 'node-1');
  assert.equal(code, 0, stderr);
}
