// Who gets where: users to replicas through the balancer and no other way; nobody but balancers to their word; and a balancer of its own to the
// cluster that a kubeconfig names.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { askedPods, askPod, BalancedCluster } from '../support/balanced/balanced-cluster.ts';
import { ingress, pathTo, webDeployment, webService } from '../support/balanced/manifests.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { clusterProcesses } from '../support/kills/cluster-processes.ts';
import { loggedLines } from '../support/logged-lines.ts';

const cluster = new BalancedCluster();
let port = 0;
before(async () => {
  await cluster.start('embedded', '--network', 'netns');
  await cluster.applyObjects(
    webDeployment({ name: 'web', replicas: 2 }),
    webService('web', { app: 'web' }, { type: 'LoadBalancer' }),
    ingress('web', { spec: { rules: [{ http: { paths: [pathTo('web')] } }] } }),
  );
  await cluster.settled('app=web', 2);
  port = await cluster.nodePort('web');
});
after(() => cluster.delete());

test('users reach replicas through the balancer only', async () => {
  assert.match(await askPod(port), /^web-/);
  for (const { ip } of await cluster.pods('app=web')) assert.equal(await answers(`${ip}:8080`), false, ip);
  const { http } = (await cluster.access()).ingress;
  const [own, ...usual] = http.map((url) => new URL(url));
  const address = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
  const balancers = new Set([
    ...[`127.0.0.1:${port}`, `${await cluster.kubectl('get', 'service', 'web', '-o', address)}:80`],
    ...[own?.host, ...usual.flatMap(({ hostname }) => [`${hostname}:80`, `${hostname}:${own?.port}`])],
  ]);
  const places = listeners();
  const answering = await Promise.all(places.map(answers));
  const serving = places.filter((_, index) => answering[index]);
  assert.ok(serving.includes(`127.0.0.1:${port}`), String(places));
  assert.deepEqual(
    serving.filter((place) => !balancers.has(place)),
    [],
  );
});

/** Whether a replica does, within a second: there are networks in which somebody else takes every connection. */
async function answers(place: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${place}/`, { signal: AbortSignal.timeout(1_000) });
    return (await response.text()).includes('"pod":"web-');
  } catch {
    return false;
  }
}

/** Where processes of the cluster listen in the network of this machine. */
function listeners(): string[] {
  const own = readlinkSync('/proc/self/ns/net');
  const inodes = new Set(
    clusterProcesses(cluster.home.path).flatMap(({ pid }) => (networkOf(pid) === own ? socketsOf(pid) : [])),
  );
  const listening = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(String(inode)));
  return [...new Set(listening.map(([, local = '']) => placeOf(local)))];
}

function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(path.join(folder, name)))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

/** `0100007F:1F90` is 127.0.0.1:8080: the kernel shows addresses as this machine stores them. */
function placeOf(local: string): string {
  const [address = '', number = ''] = local.split(':');
  return `${[...Buffer.from(address, 'hex')].reverse().join('.')}:${Number.parseInt(number, 16)}`;
}

test('only balancers may say what a balancer says', async () => {
  const can = async (...args: string[]) =>
    (await cluster.home.startKubectl('default', 'auth', 'can-i', ...args).ended).stdout.trim();
  const status = ['patch', 'balancers.relevo.dev', '--subresource=status'];
  const node = ['--as=system:node:node-1', '--as-group=system:nodes'];
  const strangers = [['--as=jane'], ['--as=system:serviceaccount:default:default'], node];
  for (const who of strangers) assert.equal(await can(...status, ...who), 'no', String(who));
  assert.equal(await can(...status, '--as=system:relevo:balancer'), 'yes');
  assert.equal(await can('list', 'balancers.relevo.dev', ...node), 'yes');
  const lie = ['patch', 'balancer', 'relevo', '--subresource=status', '--type=merge', '-p', '{"status":{}}'];
  for (const who of strangers) await assert.rejects(cluster.kubectl(...lie, ...who), /[Ff]orbidden/);
});

test('a balancer of its own serves the cluster of a kubeconfig, is waited for, and leaves nothing behind', async (t) => {
  // Where pods can be reached from here.
  const plain = new BalancedCluster();
  t.after(() => plain.delete());
  await plain.start('embedded', '--network', 'loopback');
  await plain.applyObjects(
    ...[webDeployment({ name: 'web', replicas: 2 }), webService('web')],
    ingress('web', { spec: { rules: [{ http: { paths: [pathTo('web')] } }] } }),
  );
  const [pod] = await plain.settled('app=web', 2);
  assert.ok(pod);
  const [http, https, statistics] = await Promise.all([freePort(), freePort(), freePort()]);
  const kubeconfig = path.join(plain.home.path, 'clusters/default/admin.kubeconfig');
  const log = path.join(plain.home.path, 'second.log');
  const second = plain.home.start(
    ...['balancer', '--kubeconfig', kubeconfig, '--install', '--as', 'second'],
    ...['--http-port', String(http), '--https-port', String(https), '--statistics-port', String(statistics)],
    ...['--publish', '192.0.2.7', '--access-log', log, '--access-log-format', 'json'],
  );
  t.after(() => second.process.kill('SIGKILL'));
  await second.says(new RegExp(`http://127\\.0\\.0\\.1:${http}`));
  await eventually(async () => (await askedPods(http, 4)).size === 2, 20_000);
  const words = plain.home.startKubectl(
    'default',
    ...['get', 'balancers', '--watch', '-o'],
    'jsonpath={.metadata.name} [{.status.departures[*].uid}]{"\\n"}',
  );
  t.after(() => words.process.kill());
  await words.says(/^second \[/m);
  const told = () =>
    plain.kubectl('get', 'ingress', 'web', '-o', 'jsonpath={.status.loadBalancer.ingress[*].ip}');
  await eventually(async () => /^127\.\S+ 192\.0\.2\.7$/.test(await told()), 20_000);
  // The first may have come before the balancer knew of anybody.
  const isGood = (line: string) => (JSON.parse(line) as { status: number }).status === 200;
  await eventually(async () => (await loggedLines(log)).filter(isGood).length >= 4, 20_000);
  await plain.kubectl('delete', 'pod', pod.name);
  for (const name of ['relevo', 'second']) await words.says(new RegExp(`^${name} \\[.*${pod.uid}`, 'm'));
  second.process.kill('SIGTERM');
  assert.equal((await second.ended).code, 0, second.stderr);
  assert.match(await plain.kubectl('get', 'balancers', '-o', 'name'), /^balancer\.relevo\.dev\/relevo\n$/);
  const leases = await plain.kubectl('get', 'leases', '-n', 'kube-system', '-o', 'name');
  assert.doesNotMatch(leases, /second/);
  assert.match(await told(), /^127\.\S+$/);
});
