// A cluster is killed in the worst way there is: some of it stands still and notices nothing, all else is gone at once. `relevo cleanup`,
// `delete` and the next `up` remove what is left, and nothing else.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { processIdentity } from '../../src/base/process-identity.ts';
import { clusterMarker } from '../../src/daemon/cluster-marker.ts';
import { ClusterDir } from '../../src/machinery/cluster-dir.ts';
import { eventually } from '../support/eventually.ts';
import { processesOf } from '../support/relevo.ts';
import { WebCluster } from '../support/web-cluster.ts';

interface Cleaned {
  readonly name: string;
  readonly inUse: boolean;
  readonly processes: readonly number[];
  readonly files: readonly string[];
}

// Plain processes: those with PIDs of their own have nobody who could outlive the rest.
process.env.RELEVO_ISOLATION = 'none';
const cluster = new WebCluster();
const { home } = cluster;
const marker = clusterMarker(new ClusterDir('default', { home: home.path }));
const neighbour = ['--name', 'neighbour'];
const loopback = ['--nodes', '2', '--network', 'loopback'];

before(async () => {
  await cluster.relevo('up', ...neighbour, '--detach', '--runtime', 'simulated', '--nodes', '1');
  await cluster.up(2, ...loopback);
});
after(async () => {
  await home.run('delete', ...neighbour);
  await cluster.delete();
});

test('cleanup removes whoever stands still, and touches nothing of a cluster that runs', async () => {
  const left = await killAllBut(/control-plane|node-1|node-init|web-process/);
  // One kubelet, the control plane, and of each node its node-init and its pod.
  assert.equal(left.length, 6);

  const [own, running] = JSON.parse(await cluster.relevo('cleanup', '-o', 'json')) as Cleaned[];
  assert.deepEqual({ name: own?.name, inUse: own?.inUse }, { name: 'default', inUse: false });
  assert.deepEqual(own?.processes, left);
  assert.deepEqual(alive(left), []);
  for (const name of ['runtime.json', 'control.sock']) {
    const file = path.join(home.path, 'clusters/default', name);
    assert.ok(own?.files.includes(file) && !existsSync(file), file);
  }
  const untouched = { inUse: true, processes: [], controlGroups: [], files: [] };
  assert.deepEqual(running, { name: 'neighbour', ...untouched });
  assert.match(await cluster.relevo('status', ...neighbour), /API server .* answers/);
  assert.match(
    await cluster.relevo('cleanup'),
    /^Nothing was left of the cluster "default"\.\nThe cluster "neighbour" is in use/,
  );
  assert.match(await cluster.relevo('cleanup', '--name', 'unheard-of'), /^Nothing was left/);
});

test('the next start removes them, also those of nodes that it has no more', async () => {
  await cluster.up(2, ...loopback);
  const left = await killAllBut(/web-process/);
  assert.equal(left.length, 2);
  await cluster.relevo('up', '--detach', '--runtime', 'simulated', '--nodes', '1');
  assert.deepEqual(alive(left), []);
  await cluster.relevo('down');
});

test('delete removes them, and the rest', async () => {
  await cluster.up(2, ...loopback, '--runtime', 'process');
  const left = await killAllBut(/web-process|node-2/);
  assert.equal(left.length, 3);
  await cluster.relevo('delete');
  assert.deepEqual(alive(left), []);
  assert.ok(!existsSync(path.join(home.path, 'clusters/default')));
  assert.deepEqual(processesOf(marker), []);
});

/** Resolves, when the others are gone, with the pids of those that stand still now. */
async function killAllBut(frozen: RegExp): Promise<number[]> {
  const { supervisorPid } = cluster;
  const own = processesOf(marker);
  const left = own.filter((line) => frozen.test(line)).map(pidOf);
  const killed = [supervisorPid, ...own.map(pidOf).filter((pid) => !left.includes(pid))];
  // Nobody may notice that another one is gone: the supervisor would start it again, a node-init would clear its node.
  for (const pid of [...left, ...killed]) signalIfThere(pid, 'SIGSTOP');
  for (const pid of killed) signalIfThere(pid, 'SIGKILL');
  await eventually(() => alive(killed).length === 0);
  assert.deepEqual(alive(left), left);
  return left.sort((a, b) => a - b);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It went with one of the others.
  }
}

function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => processIdentity(pid) !== undefined);
}

function pidOf(line: string): number {
  return Number.parseInt(line, 10);
}
