// Pods that are plain processes, as on a machine without namespaces: they have volumes below a folder, and are told what they do without.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RealCluster } from '../support/real-cluster.ts';

process.env.RELEVO_ISOLATION = 'none';
const cluster = new RealCluster();
before(async () => {
  await cluster.up('--nodes', '1', '--network', 'loopback');
  await cluster.apply(`
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: red }
---
apiVersion: v1
kind: Pod
metadata: { name: plain }
spec:
  terminationGracePeriodSeconds: 1
  securityContext: { runAsUser: 1234, fsGroup: 5 }
  hostAliases: [{ ip: 10.0.0.1, hostnames: [db] }]
  initContainers:
    - name: prepare
      image: host
      command: [sh, -c, 'echo prepared > $POD_ROOT/cache/file']
      volumeMounts: [{ name: cache, mountPath: /cache }]
  containers:
    - name: app
      image: host
      command: [sleep, '1000']
      volumeMounts:
        - { name: cache, mountPath: /cache, readOnly: true }
        - { name: settings, mountPath: /etc/settings }
  volumes:
    - { name: cache, emptyDir: { medium: Memory } }
    - { name: settings, configMap: { name: settings } }
`);
  await cluster.ready('plain');
});
after(() => cluster.delete());

test('volumes lie below a folder that the program is told', async () => {
  assert.equal(
    await cluster.says('plain', 'cat $POD_ROOT/cache/file $POD_ROOT/etc/settings/color'),
    'prepared\nred',
  );
  await cluster.described('plain', /VolumesElsewhere[\s\S]*\/etc\/settings is at \$POD_ROOT\/etc\/settings/);
});

test('fields that plain processes cannot have are named in an event', async () => {
  const text = await cluster.described('plain', /FieldsWithoutEffect/);
  for (const field of [
    ...['spec.hostAliases', 'spec.securityContext.runAsUser', 'spec.securityContext.fsGroup'],
    ...['spec.volumes[0].emptyDir.medium', 'spec.containers[0].volumeMounts[0].readOnly'],
  ])
    assert.ok(text.includes(field), field);
});
