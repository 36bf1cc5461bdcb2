// Nodes join and leave a cluster while users ask its application: nobody notices, and what cannot be done is refused in one clear line.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { WebCluster } from '../support/web-cluster.ts';

const cluster = new WebCluster();
before(() => cluster.up(3, '--nodes', '2'));
after(() => cluster.delete());

test('nodes join and leave while requests flow: none fails, nothing is started again', async () => {
  const before = await cluster.settled(3);
  const { 'control-plane': api, balancer, 'node-1': one, 'node-2': two } = await cluster.pids();
  const flow = flowing();
  assert.match(await cluster.relevo('node', 'add'), /node-3 has joined/);
  assert.match(await cluster.relevo('node', 'add', 'attic'), /attic has joined/);
  assert.match(await cluster.kubectl('get', 'nodes'), /attic +Ready/);
  await cluster.kubectl('scale', 'deployment/web', '--replicas=6');
  const grown = await cluster.settled(6);
  assert.ok(grown.some(({ node }) => node === 'attic'));
  assert.match(await cluster.relevo('node', 'remove', 'attic'), /attic is gone/);
  const moved = await cluster.settled(6);
  assert.ok(!moved.some(({ node }) => node === 'attic'));
  assert.ok((await flow.stop()) > 10);

  for (const { uid } of before) {
    const now = moved.find((replica) => replica.uid === uid);
    assert.equal(now?.restarts, 0);
  }
  assert.doesNotMatch(await cluster.kubectl('get', 'nodes'), /attic/);
  const pids = await cluster.pids();
  const same = { 'control-plane': api, balancer, 'node-1': one, 'node-2': two };
  for (const [name, pid] of Object.entries(same)) assert.equal(pids[name], pid, name);
  assert.equal(pids.attic, undefined);
});

test('a node that joined is there after down and up, one that left is not', async () => {
  await cluster.relevo('down');
  assert.match(await cluster.relevo('up', '--detach'), /Nodes +node-1, node-2, node-3\n/);
  await cluster.settled(6);
});

test('a budget keeps a node from being removed, until it is forced', async () => {
  await cluster.kubectl('create', 'pdb', 'web', '--selector=app=web', '--min-available=6');
  const refusal = await cluster.refused('node', 'remove', 'node-3', '--timeout', '1s');
  assert.match(refusal, /node-3 still has default\/web-\S+.* after 1 s \(a disruption budget.*--force/);
  assert.match(await cluster.relevo('node', 'remove', 'node-3', '--force'), /node-3 is gone/);
  await eventually(async () => (await cluster.replicas()).every(({ node }) => node !== 'node-3'), 15_000);
  await cluster.settled(6);
  await cluster.kubectl('delete', 'pdb', 'web');
});

const refusals: readonly [args: string[], says: RegExp][] = [
  [['stop', 'node-9'], /^relevo: there is no node "node-9"; there are node-1, node-2$/m],
  [['add', 'node-1'], /there is a node "node-1" already/],
  [['add', 'balancer'], /"balancer" cannot be a node's name: a process of the cluster has it/],
  [['slow', 'node-1'], /say how slow: --latency 50ms/],
  [['slow', 'node-1', '--latency', 'a while'], /a number with a unit, such as 50ms/],
  [['slow', 'node-1', '--loss', '101%'], /from 0% to 100%/],
  [['remove', 'node-1', '--timeout', 'soon'], /a number of seconds/],
  [['stop', 'node-1', '--name', 'nowhere'], /the cluster "nowhere" does not run; "relevo up --name nowhere"/],
];
for (const [args, says] of refusals) {
  test(`relevo node ${args.join(' ')} is refused`, async () => {
    assert.match(await cluster.refused('node', ...args), says);
  });
}

test('the last node cannot be removed, and a stopped one cannot be frozen', async () => {
  await cluster.relevo('node', 'stop', 'node-2');
  assert.match(
    await cluster.refused('node', 'freeze', 'node-2'),
    /node-2 is stopped; "relevo node start node-2" starts it/,
  );
  await cluster.relevo('node', 'remove', 'node-2');
  assert.match(await cluster.refused('node', 'remove', 'node-1'), /node-1 is the only node/);
});

test('messages come in Spanish too', async () => {
  assert.match(await cluster.relevo('node', 'freeze', 'node-1', '--lang', 'es'), /node-1 está inmóvil/);
  assert.match(await cluster.relevo('node', 'list', '--lang', 'es'), /node-1 +congelado/);
  await cluster.relevo('node', 'thaw', 'node-1');
});

test('the loopback of this machine can be neither cut nor slowed down', async () => {
  const there = ['--name', 'shared'];
  await cluster.relevo('up', '--detach', ...there, '--nodes', '1', '--network', 'loopback');
  const says = /loopback.*neither cut nor slowed down.*netns/;
  try {
    assert.match(await cluster.refused('node', 'partition', 'node-1', ...there), says);
    assert.match(await cluster.refused('node', 'slow', 'node-1', '--latency', '50ms', ...there), says);
  } finally {
    await cluster.relevo('delete', ...there);
  }
});

test('nodes that are simulated cannot be stopped one by one', async () => {
  await cluster.relevo('up', '--detach', '--name', 'crowd', '--runtime', 'simulated');
  try {
    assert.match(await cluster.refused('node', 'stop', 'node-1', '--name', 'crowd'), /simulated/);
  } finally {
    await cluster.relevo('delete', '--name', 'crowd');
  }
});

/** Asks one request after the other until it is stopped; then resolves with how many were answered, or rejects with what the first failed of. */
function flowing(): { stop(): Promise<number> } {
  let stopped = false;
  const work = (async () => {
    let answered = 0;
    for (; !stopped; answered++) await cluster.answer();
    return answered;
  })();
  // Not before somebody waits for it.
  work.catch(() => {});
  return {
    stop() {
      stopped = true;
      return work;
    },
  };
}
