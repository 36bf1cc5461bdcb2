// Proves that nobody is taken for lost, and nothing moved, when parts of a cluster only stood still: all nodes at once, or the control plane for
// much longer than a node may be silent.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { WebCluster } from '../support/web-cluster.ts';

const nodes = ['node-1', 'node-2', 'node-3'];
/** From the last that is heard of a node until its pods are evicted, with a second to spare. */
const evictionMs = 9_000;

const cluster = new WebCluster();
before(() => cluster.up(4, '--nodes', '3'));
after(() => cluster.delete());

/** Which containers there are, and whether anybody had to move or mark any of it. */
async function state(): Promise<{ pods: string[]; evictions: number }> {
  const pods = (await cluster.settled(4)).map(({ uid, restarts, node }) => `${uid} ${restarts} ${node}`);
  const reasons = await cluster.kubectl('get', 'events', '-o', 'jsonpath={.items[*].reason}');
  return {
    pods: pods.sort(),
    evictions: reasons.split(' ').filter((one) => one === 'TaintManagerEviction').length,
  };
}

/** When each node became ready. */
function readyTransitions(): Promise<string> {
  const times = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].lastTransitionTime}';
  return cluster.kubectl('get', 'nodes', '-o', times);
}

/** Resolves when every node has renewed its lease after that time. */
async function renewedAfter(time: number): Promise<void> {
  const times = 'jsonpath={.items[*].spec.renewTime}';
  await eventually(async () => {
    const renewals = (await cluster.kubectl('get', 'leases', '-n', 'kube-node-lease', '-o', times)).split(
      ' ',
    );
    return renewals.length === nodes.length && renewals.every((one) => Date.parse(one) > time);
  }, 30_000);
}

test('all nodes that stand still for 3 s at once lose nothing', async () => {
  const before = await state();
  await Promise.all(nodes.map((node) => cluster.relevo('node', 'freeze', node)));
  // The fault itself is so long.
  await delay(3_000);
  await Promise.all(nodes.map((node) => cluster.relevo('node', 'thaw', node)));
  await cluster.kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=20s');
  assert.deepEqual(await state(), before);
});

test('a control plane that stands still for 30 s takes nobody for lost when it goes on', async () => {
  const before = await state();
  const transitions = await readyTransitions();
  const pid = Number((await cluster.pids())['control-plane']);
  process.kill(pid, 'SIGSTOP');
  try {
    // The fault itself is so long.
    await delay(30_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await renewedAfter(Date.now() + evictionMs);
  assert.deepEqual(await readyTransitions(), transitions, 'no node was NotReady for a moment');
  assert.deepEqual(await state(), before);
});
