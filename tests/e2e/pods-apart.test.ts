// What a pod with a root and a network of its own is, and what it is kept from: its names, its rights, its volumes; the cluster's keys, other pods
// and the machine it runs on.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { RealCluster } from '../support/real-cluster.ts';

const cluster = new RealCluster();
const isRoot = process.getuid?.() === 0;
before(() => cluster.up('--nodes', '1', '--network', 'netns'));
after(() => cluster.delete());

const says = (pod: string, script: string, ...more: string[]) => cluster.says(pod, script, ...more);

test('a pod has the names that its manifest gives it, and its own address', async () => {
  await cluster.apply(`
apiVersion: v1
kind: Service
metadata: { name: team }
spec: { clusterIP: None, selector: { app: named }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: named, labels: { app: named } }
spec:
  hostname: alpha
  subdomain: team
  terminationGracePeriodSeconds: 0
  hostAliases: [{ ip: 10.1.2.3, hostnames: [db, db.example] }]
  containers: [{ name: app, image: host, command: [sleep, '1000'] }]
---
apiVersion: v1
kind: Pod
metadata: { name: wired }
spec:
  hostNetwork: true
  terminationGracePeriodSeconds: 0
  containers: [{ name: app, image: host, command: [sleep, '1000'] }]
`);
  await cluster.ready('named', 'wired');
  const ip = await cluster.field('named', '.status.podIP');
  assert.equal(
    await says('named', 'hostname; hostname --fqdn'),
    'alpha\nalpha.team.default.svc.cluster.local',
  );
  assert.equal(
    await says('named', 'getent hosts alpha.team | cut -d" " -f1; getent hosts db.example | cut -d" " -f1'),
    `${ip}\n10.1.2.3`,
  );
  assert.match(await says('named', 'cat /proc/net/route'), /eth0/);
  assert.equal(await cluster.field('wired', '.status.podIP'), await cluster.field('wired', '.status.hostIP'));
  assert.equal(await says('wired', 'hostname'), 'node-1');
  assert.match(await says('wired', 'cat /proc/net/dev'), /uplink:/);
  assert.notEqual(os.hostname(), 'node-1');
});

test('rights are taken and given as the manifest says', async () => {
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: humble }
spec:
  terminationGracePeriodSeconds: 0
  securityContext: { runAsUser: 1234, runAsGroup: 2345, fsGroup: 3456, runAsNonRoot: true }
  containers:
    - name: app
      image: host
      command: [sleep, '1000']
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      volumeMounts:
        - { name: work, mountPath: /work }
        - { name: fast, mountPath: /fast }
        - { name: work, mountPath: /look, readOnly: true }
        - { name: key, mountPath: /etc/key }
    - name: able
      image: host
      command: [sleep, '1000']
      securityContext: { runAsUser: 0, runAsNonRoot: false, capabilities: { drop: [ALL], add: [NET_ADMIN] } }
  volumes:
    - { name: work, emptyDir: {} }
    - { name: fast, emptyDir: { medium: Memory, sizeLimit: 1Mi } }
    - { name: key, secret: { secretName: key } }
---
apiVersion: v1
kind: Secret
metadata: { name: key }
stringData: { word: geheim }
`);
  await cluster.ready('humble');
  if (isRoot)
    assert.equal(await says('humble', 'id -u; id -g; id -G | tr " " "\\n" | grep 3456'), '1234\n2345\n3456');
  else await cluster.described('humble', /it runs as the user who started the cluster/);
  assert.equal(
    await says('humble', 'grep CapEff /proc/self/status | tr -d "\\t"'),
    'CapEff:0000000000000000',
  );
  assert.equal(
    await says('humble', 'touch /made 2>/dev/null || echo refused; touch /work/made && ls /look'),
    'refused\nmade',
  );
  assert.equal(
    await says('humble', 'touch /look/more 2>/dev/null || echo refused; cat /etc/key/word'),
    'refused\ngeheim',
  );
  if (isRoot) assert.equal(await says('humble', 'stat -c %g /work/made'), '3456');
  const filled = 'head -c 2000000 /dev/zero > /fast/x 2>/dev/null || echo full; stat -f -c %T /fast';
  assert.equal(await says('humble', filled), 'full\ntmpfs');
  assert.equal(
    await says('humble', 'grep CapBnd /proc/self/status | tr -d "\\t"', '-c', 'able'),
    'CapBnd:0000000000001000',
  );
  const told = await cluster.kubectl(
    'get',
    'events',
    '--field-selector',
    'reason=FieldsWithoutEffect',
    '-o',
    'name',
  );
  assert.equal(told, '');
});

test('neither the keys of the cluster nor other pods can be seen, and the machine cannot be changed', async () => {
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: secretive }
spec: { terminationGracePeriodSeconds: 0, containers: [{ name: app, image: host, command: [sleep, '424242'] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: spy }
spec: { terminationGracePeriodSeconds: 0, containers: [{ name: app, image: host, command: [sleep, '1000'] }] }
`);
  await cluster.ready('secretive', 'spy');
  const home = cluster.home.path;
  const keys = ['clusters/default/admin.kubeconfig', 'clusters/default/data/pki'].map((name) =>
    path.join(home, name),
  );
  for (const key of keys) assert.ok(existsSync(key), key);
  for (const place of [...keys, home, os.homedir()]) {
    const script = `ls -A ${place} /proc/1/root${place} /proc/*/root${place} /proc/*/cwd/${place} 2>/dev/null; echo end`;
    const seen = (await says('spy', script)).split('\n').filter((line) => line !== '' && !line.endsWith(':'));
    assert.deepEqual(seen, ['end'], place);
  }
  assert.equal(
    await says('spy', 'cat /proc/*/cmdline | tr "\\0" " " | grep -c 424242 || :'),
    '1',
    'its own question',
  );
  assert.doesNotMatch(await says('spy', 'cat /proc/*/cmdline | tr "\\0" " "'), /relevo|sleep 4242/);
  assert.doesNotMatch(
    await says('spy', 'env; cat /proc/*/environ | tr "\\0" "\\n"'),
    /KUBECONFIG|RELEVO_HOME/,
  );
  const attempts = [
    ...[
      'touch /usr/made',
      'touch /bin/made',
      'echo 1 > /proc/sys/vm/swappiness',
      'echo h > /proc/sysrq-trigger',
    ],
    ...[
      'mount -t tmpfs tmpfs /mnt',
      'touch /sys/made',
      'head -c1 /dev/mem',
      'ip link add x type dummy',
      'dmesg',
    ],
  ];
  const script = attempts.map((one) => `(${one}) >/dev/null 2>&1 && echo "${one}"`).join('; ');
  assert.equal(await says('spy', `${script}; echo end`), 'end');
  assert.ok(!existsSync('/usr/made'));
});

test('what a pod leaves in its own root or volumes is nowhere else, and goes with it', async () => {
  const folder = path.join(cluster.home.path, 'shared');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'given'), 'by the machine');
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: writer }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: app
      image: host
      command: [sleep, '1000']
      volumeMounts: [{ name: host, mountPath: /host }, { name: host, mountPath: /kept, readOnly: true }, { name: fast, mountPath: /fast }]
  volumes: [{ name: host, hostPath: { path: ${folder} } }, { name: fast, emptyDir: { medium: Memory } }]
`);
  await cluster.ready('writer');
  assert.equal(
    await says(
      'writer',
      'cat /kept/given; echo; touch /kept/x 2>/dev/null || echo refused; touch /host/made /fast/made /etc/made',
    ),
    'by the machine\nrefused',
  );
  assert.deepEqual(readdirSync(folder).sort(), ['given', 'made']);
  assert.ok(!existsSync('/etc/made'));
  await cluster.kubectl('delete', 'pod', 'writer', '--timeout=20s');
  assert.deepEqual(readdirSync(folder).sort(), ['given', 'made']);
});
