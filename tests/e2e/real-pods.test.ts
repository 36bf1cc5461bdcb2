// The life of pods that have a network and a root of their own, as kubectl shows it: probes, hooks, restarts, init containers and sidecars, logs,
// files, terminals' neighbours and forwarded ports. Docker Desktop or minikube would answer the same.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RealCluster } from '../support/real-cluster.ts';

const cluster = new RealCluster();
before(() => cluster.up('--nodes', '1', '--network', 'netns'));
after(() => cluster.delete());

const { apply, described, field, kubectl, ready, says } = {
  apply: (yaml: string) => cluster.apply(yaml),
  described: (name: string, pattern: RegExp) => cluster.described(name, pattern),
  field: (name: string, jsonpath: string) => cluster.field(name, jsonpath),
  kubectl: (...args: string[]) => cluster.kubectl(...args),
  ready: (...pods: string[]) => cluster.ready(...pods),
  says: (pod: string, script: string, ...more: string[]) => cluster.says(pod, script, ...more),
};

/** Node is not among the machine's programs in a pod: it may lie anywhere. */
const nodeMount = `{ name: node, mountPath: ${process.execPath}, readOnly: true }`;
const nodeVolume = `{ name: node, hostPath: { path: ${process.execPath}, type: File } }`;

/** A server of Node's that answers with its path, and logs it. */
const server = (port: number, host = '0.0.0.0') =>
  `const s = require('http').createServer((q, a) => { console.log(q.url); a.end(q.url) }).listen(${port}, '${host}');`;

test('every kind of probe, one after the other', async () => {
  await apply(`
apiVersion: v1
kind: Pod
metadata: { name: probed }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: web
      image: relevo/web
      ports: [{ name: http, containerPort: 8080 }]
      startupProbe: { tcpSocket: { port: http }, periodSeconds: 1 }
      readinessProbe: { exec: { command: [test, -e, /tmp/ready] }, periodSeconds: 1 }
      livenessProbe: { httpGet: { path: /healthz, port: http, httpHeaders: [{ name: A, value: b }] }, periodSeconds: 1 }
    - name: sick
      image: host
      command: [sh, -c, 'echo born; sleep 1; rm /tmp/alive; exec sleep 1000']
      lifecycle: { postStart: { exec: { command: [touch, /tmp/alive] } } }
      livenessProbe: { exec: { command: [sh, -c, 'test -e /tmp/alive || { echo no pulse; exit 1; }'] }, periodSeconds: 1, failureThreshold: 2, initialDelaySeconds: 2 }
`);
  await described('probed', /Unhealthy .*Readiness probe failed/);
  assert.equal(await field('probed', '.status.containerStatuses[?(@.name=="web")].ready'), 'false');
  await says('probed', 'touch /tmp/ready', '-c', 'web');
  await eventually(
    async () => (await field('probed', '.status.containerStatuses[?(@.name=="web")].ready')) === 'true',
    20_000,
  );
  assert.equal(await field('probed', '.status.containerStatuses[?(@.name=="web")].restartCount'), '0');
  const text = await described('probed', /failed liveness probe, will be restarted/);
  assert.match(text, /Liveness probe failed: no pulse/);
  await eventually(async () => {
    const count = await field('probed', '.status.containerStatuses[?(@.name=="sick")].restartCount');
    return Number(count) > 0;
  }, 20_000);
  assert.equal(await kubectl('logs', 'probed', '-c', 'sick', '--previous'), 'born\n');
});

test('hooks of every kind run, before and after', async () => {
  const script = `${server(8080)} process.on('SIGTERM', () => { console.log('term'); process.exit(0) })`;
  await apply(`
apiVersion: v1
kind: Pod
metadata: { name: hooked }
spec:
  terminationGracePeriodSeconds: 10
  restartPolicy: Always
  containers:
    - name: app
      image: host
      command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(script)}]
      volumeMounts: [{ name: shared, mountPath: /shared }, ${nodeMount}]
      lifecycle:
        postStart: { exec: { command: [sh, -c, 'echo started > /shared/started'] } }
        preStop: { httpGet: { path: /stopping, port: 8080 } }
    - name: slow
      image: host
      command: [sh, -c, 'trap "echo out > /shared/ended; exit" TERM; while :; do sleep 0.1; done']
      volumeMounts: [{ name: shared, mountPath: /shared }]
      lifecycle: { preStop: { sleep: { seconds: 1 } } }
  volumes:
    - { name: shared, hostPath: { path: ${cluster.home.path}/hooks, type: DirectoryOrCreate } }
    - ${nodeVolume}
`);
  await ready('hooked');
  const shared = (name: string) => readFileSync(path.join(cluster.home.path, 'hooks', name), 'utf8');
  assert.equal(shared('started'), 'started\n');
  const logged = kubectl('logs', '-f', 'hooked', '-c', 'app');
  await kubectl('delete', 'pod', 'hooked', '--timeout=20s');
  assert.equal(await logged, '/stopping\nterm\n');
  assert.equal(shared('ended'), 'out\n');
});

test('a restart policy decides what happens after an end, with back-off', async () => {
  const pod = (name: string, policy: string, script: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  restartPolicy: ${policy}
  containers: [{ name: app, image: host, command: [sh, -c, '${script}'] }]
---`;
  await apply(
    [
      pod('always', 'Always', 'exit 0'),
      pod('failing', 'OnFailure', 'echo attempt; exit 3'),
      pod('done', 'OnFailure', 'exit 0'),
      pod('never', 'Never', 'echo gone > /dev/termination-log; kill -9 $$$$'),
    ].join('\n'),
  );
  const phase = (name: string) => field(name, '.status.phase');
  await eventually(async () => (await phase('done')) === 'Succeeded', 20_000);
  await eventually(async () => (await phase('never')) === 'Failed', 20_000);
  const state = '.status.containerStatuses[0].state.terminated';
  assert.equal(await field('never', `${state}.exitCode`), '137');
  assert.equal(await field('never', `${state}.message`), 'gone\n');
  await described('always', /CrashLoopBackOff[\s\S]*Completed[\s\S]*Exit Code: +0/);
  await described(
    'failing',
    /CrashLoopBackOff[\s\S]*Exit Code: +3[\s\S]*Back-off restarting failed container app/,
  );
  assert.equal(await kubectl('logs', 'failing', '--previous'), 'attempt\n');
});

test('init containers, a sidecar and two containers share what a pod shares', async () => {
  await apply(`
apiVersion: v1
kind: Pod
metadata: { name: many }
spec:
  terminationGracePeriodSeconds: 2
  initContainers:
    - { name: first, image: host, command: [sh, -c, 'echo one > /data/list'], volumeMounts: [{ name: data, mountPath: /data }] }
    - name: sidecar
      image: host
      restartPolicy: Always
      command: [sh, -c, 'echo two >> /data/list; exec sleep 1000']
      startupProbe: { exec: { command: [grep, two, /data/list] }, periodSeconds: 1 }
      volumeMounts: [{ name: data, mountPath: /data }]
    - { name: last, image: host, command: [sh, -c, 'echo three >> /data/list'], volumeMounts: [{ name: data, mountPath: /data }] }
  containers:
    - name: web
      image: relevo/web
      env: [{ name: HOST, value: 127.0.0.1 }, { name: PORT, value: "9000" }]
    - name: app
      image: host
      command: [sleep, '1000']
      volumeMounts: [{ name: data, mountPath: /data }, ${nodeMount}]
  volumes: [{ name: data, emptyDir: {} }, ${nodeVolume}]
`);
  await ready('many');
  assert.equal(await says('many', 'cat /data/list', '-c', 'app'), 'one\ntwo\nthree');
  const ask = `fetch('http://localhost:9000/', { headers: { accept: 'application/json' } }).then(async (a) => console.log((await a.json()).pod))`;
  const answer = await kubectl('exec', 'many', '-c', 'app', '--', process.execPath, '-e', ask);
  assert.equal(answer.trim(), 'many');
  assert.match(await kubectl('get', 'pod', 'many'), /many +3\/3 +Running/);
  assert.equal(await says('many', 'ls /data 2>/dev/null || echo none', '-c', 'web'), 'none');
});

test('logs by line, by time and by container', async () => {
  await apply(`
apiVersion: v1
kind: Pod
metadata: { name: chatty }
spec:
  restartPolicy: Never
  containers:
    - { name: a, image: host, command: [sh, -c, 'echo one; echo two >&2; sleep 2; echo three'] }
    - { name: b, image: host, command: [sh, -c, 'echo other'] }
`);
  await eventually(async () => (await field('chatty', '.status.phase')) === 'Succeeded', 20_000);
  assert.equal(await kubectl('logs', 'chatty', '-c', 'a'), 'one\ntwo\nthree\n');
  assert.equal(await kubectl('logs', 'chatty', '-c', 'a', '--tail=2'), 'two\nthree\n');
  assert.equal(await kubectl('logs', 'chatty', '-c', 'b'), 'other\n');
  const all = await kubectl('logs', 'chatty', '--all-containers', '--prefix');
  assert.match(all, /\[pod\/chatty\/a\] three/);
  assert.match(all, /\[pod\/chatty\/b\] other/);
  const stamped = (await kubectl('logs', 'chatty', '-c', 'a', '--timestamps')).trim().split('\n');
  const last = String(stamped.at(-1));
  assert.match(last, /^\d{4}-\d\d-\d\dT\S+Z three$/);
  const since = last.split(' ')[0] ?? '';
  assert.equal(await kubectl('logs', 'chatty', '-c', 'a', `--since-time=${since}`), 'three\n');
  assert.equal(await kubectl('logs', 'chatty', '-c', 'a', '--since=1h', '--tail=1'), 'three\n');
});

test('files are copied in and out, a folder too', async (t) => {
  await apply(`
apiVersion: v1
kind: Pod
metadata: { name: files }
spec: { terminationGracePeriodSeconds: 0, containers: [{ name: app, image: host, command: [sleep, '1000'] }] }
`);
  await ready('files');
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'a.txt'), 'from outside');
  await kubectl('cp', folder, 'files:/srv/given');
  assert.equal(await says('files', 'cat /srv/given/a.txt; echo inside > /srv/given/b.txt'), 'from outside');
  await kubectl('cp', 'files:/srv/given', path.join(folder, 'back'));
  assert.equal(readFileSync(path.join(folder, 'back/b.txt'), 'utf8'), 'inside\n');
});

/** The address on this machine at which kubectl forwards to a port of the pod. */
async function forwarded(t: TestContext, pod: string, port: number): Promise<string> {
  const child = cluster.home.startKubectl('default', 'port-forward', `pod/${pod}`, `:${port}`);
  t.after(() => child.process.kill());
  const [, local] = await child.says(/127\.0\.0\.1:(\d+) ->/);
  return `http://127.0.0.1:${local}`;
}

test('a port is forwarded to whatever listens in the pod, on its loopback too', async (t) => {
  const inward = `${server(7000, '127.0.0.1')} require('http').createServer((q, a) => { a.write('x'.repeat(300000)); a.end() }).listen(7001)`;
  await apply(`
apiVersion: v1
kind: Pod
metadata: { name: inward }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: app
      image: host
      command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(inward)}]
      volumeMounts: [${nodeMount}]
  volumes: [${nodeVolume}]
`);
  await ready('inward');
  const url = await forwarded(t, 'inward', 7000);
  const texts = await Promise.all(['/a', '/b', '/c'].map(async (name) => (await fetch(url + name)).text()));
  assert.deepEqual(texts, ['/a', '/b', '/c']);
  const wide = await forwarded(t, 'inward', 7001);
  assert.equal((await (await fetch(wide)).text()).length, 300_000);
  const nobody = await forwarded(t, 'inward', 7002);
  await assert.rejects(fetch(nobody));
});

test('use of memory and cpu is shown for each pod, and a limit holds', async () => {
  const script = 'globalThis.held = Buffer.alloc(60 * 2 ** 20, 1); setInterval(() => {}, 1e6)';
  const greedy =
    'setTimeout(() => { globalThis.held = Buffer.alloc(300 * 2 ** 20, 1) }, 100); setInterval(() => {}, 1e6)';
  const pod = (name: string, program: string, limit: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: app
      image: host
      command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(program)}]
      resources: { limits: { memory: ${limit} } }
      volumeMounts: [${nodeMount}]
  volumes: [${nodeVolume}]
---`;
  await apply(pod('holder', script, '400Mi') + pod('greedy', greedy, '120Mi'));
  await described('greedy', /OOMKilled[\s\S]*Exit Code: +137/);
  const shown = await eventually(async () => {
    const row = await kubectl('top', 'pod', 'holder', '--no-headers').catch(() => '');
    const shown = Number(/(\d+)Mi/.exec(row)?.[1]);
    // What was seen first may be from before it held anything.
    return shown >= 60 ? shown : undefined;
  }, 30_000);
  assert.ok(shown < 150, String(shown));
  await eventually(async () => /node-1 +\d+m/.test(await kubectl('top', 'node', '--no-headers')), 30_000);
});
