// Nodes and kubelets are taken away and given back, with the real kubectl looking on: what is lost is replaced, what only stood still is not,
// what was stopped stays stopped, and nothing is left over, whoever dies first.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { processesOf } from '../support/relevo.ts';
import { WebCluster } from '../support/web-cluster.ts';

const cluster = new WebCluster();
before(() => cluster.up(3, '--nodes', '3'));
after(() => cluster.delete());

test('what ran on a stopped node is replaced elsewhere, and when it comes back there is nothing twice', async () => {
  const before = await cluster.replicas();
  assert.match(await cluster.relevo('node', 'stop', 'node-2'), /node-2 is stopped/);
  assert.match(await cluster.relevo('status'), /node-2 {2}stopped/);
  const replaced = await eventually(async () => {
    const staying = (await cluster.replicas()).filter(({ leaving }) => !leaving);
    const isMended = staying.length === 3 && staying.every(({ ready, node }) => ready && node !== 'node-2');
    return isMended && staying;
  }, 30_000);
  const untouched = before.filter(({ node }) => node !== 'node-2');
  for (const { uid } of untouched) assert.ok(replaced.some((replica) => replica.uid === uid));

  assert.match(await cluster.relevo('node', 'start', 'node-2'), /node-2 runs/);
  const uids = (await cluster.settled(3)).map(({ uid }) => uid);
  assert.deepEqual(uids.sort(), replaced.map(({ uid }) => uid).sort());
  const { pods } = await machine('node-2');
  assert.deepEqual(pods, []);
});

test('what was stopped stays stopped over down and up', async () => {
  await cluster.relevo('node', 'stop', 'node-3');
  await cluster.relevo('down');
  assert.match(await cluster.relevo('up', '--detach'), /Nodes +node-1, node-2\nStopped: node-3/);
  assert.equal((await machine('node-3')).state, 'stopped');
  await cluster.relevo('node', 'start', 'node-3');
  await cluster.kubectl('wait', '--for=condition=Ready', 'node/node-3', '--timeout=30s');
  await cluster.settled(3);
});

test('a node that stands still for 3 s loses nothing', async () => {
  const { node } = (await cluster.replicas())[0] ?? {};
  const before = identities(await cluster.replicas());
  assert.match(await cluster.relevo('node', 'freeze', String(node)), /stands still/);
  assert.equal((await machine(String(node))).state, 'frozen');
  // The fault itself is so long.
  await delay(3000);
  await cluster.relevo('node', 'thaw', String(node));
  await cluster.kubectl('wait', '--for=condition=Ready', `node/${node}`, '--timeout=20s');
  assert.deepEqual(identities(await cluster.settled(3)), before);
});

test('a killed kubelet is started again and takes over the pods that went on without it', async () => {
  const { node } = (await cluster.replicas())[0] ?? {};
  const name = String(node);
  const before = identities(await cluster.replicas());
  const { kubeletPid } = await machine(name);
  assert.match(await cluster.relevo('kubelet', 'kill', name), /its pods go on/);
  await eventually(async () => {
    const { state, kubeletPid: pid } = await machine(name);
    return state === 'running' && pid !== kubeletPid;
  });
  assert.deepEqual(identities(await cluster.settled(3)), before);
});

test('a killed control plane is started again, and its nodes and pods have not noticed', async () => {
  const before = identities(await cluster.replicas());
  const { 'control-plane': pid } = await cluster.pids();
  assert.match(await cluster.relevo('control-plane', 'kill'), new RegExp(`process ${pid}\\b.*go on`));
  await eventually(async () => {
    const { 'control-plane': now } = await cluster.pids();
    return now !== undefined && now !== pid;
  });
  await eventually(() => cluster.kubectl('get', '--raw', '/readyz'), 10_000);
  assert.deepEqual(identities(await cluster.settled(3)), before);
});

test('nodes are stopped, started, frozen and thawed while the API does not answer', async () => {
  const before = await cluster.settled(3);
  const { 'control-plane': pid } = await cluster.pids();
  process.kill(Number(pid), 'SIGSTOP');
  try {
    for (const act of ['freeze', 'thaw', 'stop']) await cluster.relevo('node', act, 'node-1');
    assert.equal((await machine('node-1')).state, 'stopped');
    assert.match(await cluster.relevo('node', 'start', 'node-1'), /not ready yet/);
    await cluster.relevo('kubelet', 'kill', 'node-2');
    const held = before.find(({ node }) => node !== 'node-1');
    for (const act of ['kill', 'freeze', 'thaw']) await cluster.relevo('pod', act, String(held?.name));
    assert.match(await cluster.refused('node', 'add'), /cannot join.*did not answer/);
    assert.match(await cluster.refused('node', 'remove', 'node-3'), /API does not answer.*--force/);
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  await cluster.kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=30s');
  await cluster.settled(3);
});

test('a frozen node does not outlive its supervisor', async () => {
  await cluster.relevo('node', 'freeze', 'node-1');
  process.kill(cluster.supervisorPid, 'SIGKILL');
  await eventually(() => processesOf(cluster.home.path).length === 0, 10_000);
  await cluster.relevo('up', '--detach');
  await cluster.settled(3);
});

test('a node of plain processes that was left frozen is not in the way of the next start', async (t) => {
  process.env.RELEVO_ISOLATION = 'none';
  t.after(() => delete process.env.RELEVO_ISOLATION);
  const plain = new WebCluster();
  t.after(() => plain.delete());
  await plain.up(1, '--nodes', '1', '--network', 'loopback');
  await plain.relevo('node', 'freeze', 'node-1');
  const guard = processesOf(plain.home.path).find((line) => line.includes('relevo-thaw-guard'));
  process.kill(Number.parseInt(String(guard), 10), 'SIGKILL');
  process.kill(plain.supervisorPid, 'SIGKILL');
  await plain.relevo('up', '--detach');
  await plain.settled(1);
  assert.ok(!processesOf(plain.home.path).some((line) => isFrozen(Number.parseInt(line, 10))));
});

interface Machine {
  readonly name: string;
  readonly state: string;
  readonly kubeletPid?: number;
  readonly pods: readonly string[];
}

async function machine(name: string): Promise<Machine> {
  const machines = JSON.parse(await cluster.relevo('node', 'list', '-o', 'json')) as Machine[];
  const found = machines.find((each) => each.name === name);
  assert.ok(found);
  return found;
}

function identities(replicas: readonly { uid: string; restarts: number }[]): string[] {
  return replicas.map(({ uid, restarts }) => `${uid} ${restarts}`).sort();
}

function isFrozen(pid: number): boolean {
  try {
    return /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
