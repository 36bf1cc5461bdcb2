// The network of nodes that have their own hangs on one process. When that is killed alone, the cluster is as after a power cut of the whole
// rack: everything on it is started anew on another network, and what was acknowledged is still there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { childrenOf } from '../../src/base/process-children.ts';
import { whyNoNetns } from '../../src/network/netns/feasibility.ts';
import { alsoAsNobody } from '../support/as-nobody.ts';
import { eventually } from '../support/eventually.ts';
import { WebCluster } from '../support/web-cluster.ts';

const options = { skip: (await whyNoNetns()) ?? false };
const cluster = new WebCluster();
const recoveryMs = 60_000;

before(async () => {
  if (!options.skip) await cluster.up(3, '--nodes', '3', '--network', 'netns');
});
after(() => cluster.delete());

test('a cluster that lost its network recovers, and says so once', options, async () => {
  await cluster.relevo('node', 'stop', 'node-3');
  await cluster.relevo('node', 'freeze', 'node-2');
  await cluster.kubectl('create', 'configmap', 'kept');
  const before = await cluster.pids();

  process.kill(fabricPid(), 'SIGKILL');

  await eventually(async () => {
    const now = await cluster.pids();
    return ['control-plane', 'balancer', 'node-1', 'node-2'].every(
      (name) => now[name] !== undefined && now[name] !== before[name],
    );
  }, recoveryMs);
  await eventually(() => cluster.kubectl('get', 'configmap', 'kept').catch(() => undefined), recoveryMs);
  await cluster.kubectl('wait', '--for=condition=Ready', 'node/node-1', 'node/node-2', '--timeout=60s');
  await eventually(async () => {
    // The one of node-3 cannot go before its kubelet is back.
    const staying = (await cluster.replicas()).filter(({ leaving }) => !leaving);
    return staying.length === 3 && staying.every(({ ready, node }) => ready && node !== 'node-3');
  }, recoveryMs);
  await eventually(() => cluster.answer().catch(() => undefined), recoveryMs);
  assert.match(await cluster.relevo('status'), /node-3 {2}stopped/);

  const log = readFileSync(path.join(cluster.home.path, 'clusters/default/up.log'), 'utf8');
  const events = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { type: string });
  const later = events.slice(events.findIndex(({ type }) => type === 'networkLost'));
  assert.deepEqual(
    later.map(({ type }) => type),
    ['networkLost'],
  );
});

test(
  'the new network is as good as the first: it carries a new node, and can be lost, too',
  options,
  async () => {
    await cluster.relevo('node', 'start', 'node-3');
    await cluster.kubectl('wait', '--for=condition=Ready', 'node/node-3', '--timeout=60s');
    const { 'node-1': before } = await cluster.pids();
    process.kill(fabricPid(), 'SIGKILL');
    await eventually(async () => {
      const { 'node-1': now } = await cluster.pids();
      return now !== undefined && now !== before;
    }, recoveryMs);
    await eventually(() => cluster.settled(3).catch(() => undefined), recoveryMs);
    await eventually(() => cluster.answer().catch(() => undefined), recoveryMs);
  },
);

/** The only child of the supervisor that does nothing but sleep. */
function fabricPid(): number {
  const [pid] = childrenOf(cluster.supervisorPid).filter(
    (child) => readFileSync(`/proc/${child}/cmdline`, 'latin1') === 'sleep\0infinity\0',
  );
  return Number(pid);
}

alsoAsNobody(import.meta.url);
