// Proves that a node whose cable is cut loses its pods to others after the toleration, that these go on where they are since nobody can tell
// them, and that they end when the cable is back: in the end each replica is there once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../support/eventually.ts';
import { clusterProcesses } from '../support/kills/cluster-processes.ts';
import { type Replica, WebCluster } from '../support/web-cluster.ts';

const cluster = new WebCluster();
before(() => cluster.up(4, '--nodes', '3', '--network', 'netns'));
after(() => cluster.delete());

const uids = (replicas: readonly Replica[]) => replicas.map(({ uid }) => uid).sort();

/** The uids of the pods that have processes, as the machine sees them. */
function running(): string[] {
  const found = clusterProcesses(cluster.home.path).flatMap(({ podUid }) => podUid ?? []);
  return [...new Set(found)].sort();
}

test('the pods of a cut node are replaced, go on, and are removed when it is healed', async () => {
  const before = await cluster.settled(4);
  const node = String(before[0]?.node);
  const cutOff = before.filter((one) => one.node === node);
  await cluster.relevo('node', 'partition', node);
  const staying = await eventually(async () => {
    const all = (await cluster.replicas()).filter(({ leaving }) => !leaving);
    return all.length === 4 && all.every((one) => one.ready && one.node !== node) && all;
  }, 40_000);
  assert.deepEqual(running(), [...uids(staying), ...uids(cutOff)].sort(), 'nobody could tell them');
  for (let request = 0; request < 12; request++) {
    const name = await cluster.answer();
    assert.ok(
      staying.some((one) => one.name === name),
      `${name} answered, which is cut off`,
    );
  }

  await cluster.relevo('node', 'heal', node);
  await cluster.kubectl('wait', '--for=condition=Ready', `node/${node}`, '--timeout=30s');
  assert.deepEqual(uids(await cluster.settled(4)), uids(staying));
  await eventually(() => isDeepStrictEqual(running(), uids(staying)), 20_000);
});
