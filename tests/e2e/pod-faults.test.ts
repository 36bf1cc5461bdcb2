// The processes of a pod are killed, frozen and held back, with the real kubectl looking on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { standsStill } from '../../src/base/process-files.ts';
import { eventually } from '../support/eventually.ts';
import { clusterProcesses } from '../support/kills/cluster-processes.ts';
import { WebCluster } from '../support/web-cluster.ts';

const cluster = new WebCluster();
before(() => cluster.up(2, '--nodes', '2'));
after(() => cluster.delete());

const named = async (name: string) => (await cluster.replicas()).find((replica) => replica.name === name);

async function someReplica(): Promise<string> {
  const [first] = await cluster.settled(2);
  return String(first?.name);
}

test('a killed pod is started again by itself', async () => {
  const name = await someReplica();
  assert.match(await cluster.relevo('pod', 'kill', name), /^Killed web-\S+ on node-\d \(1 process\)\.\n$/);
  await eventually(async () => {
    const replica = await named(name);
    return replica?.restarts === 1 && replica.ready;
  }, 10_000);
});

test('the gap that a held pod leaves stays, over a kubelet too, until somebody releases it', async () => {
  const name = await someReplica();
  const { node = '', restarts = 0 } = (await named(name)) ?? {};
  const said = await cluster.relevo('pod', 'kill', name, '--hold');
  assert.match(said, new RegExp(`until "relevo pod thaw ${name}"`));
  await eventually(async () => (await named(name))?.ready === false);
  assert.match(
    await cluster.relevo('status'),
    new RegExp(`${name} {2}held back, until "relevo pod thaw ${name}"`),
  );
  await cluster.relevo('kubelet', 'kill', node);
  await cluster.kubectl('wait', '--for=condition=Ready', `node/${node}`, '--timeout=20s');
  for (let request = 0; request < 20; request++) assert.notEqual(await cluster.answer(), name);
  assert.deepEqual(
    (await cluster.replicas()).map(({ ready }) => ready).sort(),
    [false, true],
    'nothing has taken its place',
  );
  assert.match(await cluster.relevo('pod', 'thaw', name), /may start again/);
  await cluster.settled(2);
  assert.doesNotMatch(await cluster.relevo('status'), /held back/);
  assert.equal((await named(name))?.restarts, restarts + 1);
});

test('a held pod can be deleted, and what takes its place is not held', async () => {
  const name = await someReplica();
  await cluster.relevo('pod', 'kill', name, '--hold');
  await cluster.kubectl('delete', 'pod', name, '--timeout=20s');
  await cluster.settled(2);
  assert.equal(await named(name), undefined);
});

test('a frozen pod gets no requests until it is thawed, and was never started again', async () => {
  const name = await someReplica();
  const before = await named(name);
  assert.match(await cluster.relevo('pod', 'freeze', name), /stands still/);
  await eventually(async () => (await named(name))?.ready === false, 20_000);
  assert.match(await cluster.relevo('pod', 'thaw', name), /goes on/);
  assert.deepEqual(
    clusterProcesses(cluster.home.path).filter(({ pid }) => standsStill(pid)),
    [],
  );
  await cluster.settled(2);
  assert.deepEqual(await named(name), before);
});

test('a pod that is not there is told from those that are', async () => {
  const name = await someReplica();
  assert.match(
    await cluster.refused('pod', 'kill', 'nobody'),
    new RegExp(`there is no pod "nobody" of the namespace "default" on any node; there are .*${name}`),
  );
  assert.match(
    await cluster.refused('pod', 'thaw', name, '-n', 'elsewhere'),
    /namespace "elsewhere" on any node; there is none at all/,
  );
});
