import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alsoAsNobody } from '../../../tests/support/as-nobody.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import {
  Agent,
  number,
  type PodAgent,
  startFabric,
  startNode,
  startPod,
} from '../../../tests/support/netns-world.ts';
import { freezeAll, thawAll } from '../../base/namespaces/freeze.ts';
import { runProgram } from '../../base/run-program.ts';
import { whyNoNetns } from './feasibility.ts';

const options = { skip: (await whyNoNetns()) ?? false };
const port = 5000;
const impatientMs = 300;

function reach(from: PodAgent, to: PodAgent, timeoutMs = 5_000): Promise<string> {
  return from.agent.call('reach', to.address, port, timeoutMs);
}

test('pods on all nodes reach one another by their addresses, each on the same port', options, async (t) => {
  const fabric = await startFabric(t);
  const nodes = await Promise.all([startNode(fabric, 1, 2), startNode(fabric, 2, 2)]);
  const pods = nodes.flatMap((node) => node.pods);
  assert.deepEqual(pods.map(({ address }) => address).sort(), [
    ...['10.244.1.2', '10.244.1.3', '10.244.2.2', '10.244.2.3'],
  ]);
  for (const from of pods)
    for (const to of pods) assert.equal(await reach(from, to), `${to.address} sees ${from.address}`);
});

test(
  'Services and LoadBalancer addresses are reached from pods, whose own address is seen',
  options,
  async (t) => {
    const fabric = await startFabric(t);
    const balancer = await Agent.start(fabric.holder.enter);
    t.after(() => balancer.process.kill());
    const addresses = [`127.${number}.192.1`, '10.96.0.1', '10.243.0.254'];
    for (const address of addresses) await balancer.call('listen', 8000, address);
    const { node, kubelet, pods } = await startNode(fabric, 1, 1);
    for (const address of addresses) {
      assert.equal(await pods[0]?.agent.call('reach', address, 8000), `${address} sees ${pods[0]?.address}`);
      assert.equal(await kubelet.call('reach', address, 8000), `${address} sees 10.243.0.1`);
    }
    assert.equal((await runProgram([...node.holder.enter, 'hostname'])).trim(), 'node-1');
  },
);

test('nothing reaches a node that is cut off, and everything does when it is healed', options, async (t) => {
  const fabric = await startFabric(t);
  const [one, two] = await Promise.all([startNode(fabric, 1, 2), startNode(fabric, 2, 1)]);
  const [here, neighbour] = one.pods as [PodAgent, PodAgent];
  const [there] = two.pods as [PodAgent];
  await reach(here, there);
  await one.node.cut();
  await one.node.cut();
  await assert.rejects(reach(here, there, impatientMs), /no answer/);
  await assert.rejects(reach(there, here, impatientMs), /no answer/);
  await reach(here, neighbour);
  assert.match(await runProgram([...one.node.holder.enter, 'ip', '-br', 'link', 'show', 'uplink']), /\bUP\b/);
  await one.node.heal();
  await one.node.heal();
  await reach(here, there);
  await reach(there, here);
});

test('a node that is stopped says no last word to anybody', options, async (t) => {
  const fabric = await startFabric(t);
  const [one, two] = await Promise.all([startNode(fabric, 1, 2), startNode(fabric, 2, 1)]);
  const [killed, lost] = one.pods as [PodAgent, PodAgent];
  const [peer] = two.pods as [PodAgent];
  const toKilled = await peer.agent.call('hold', killed.address, port);
  const toLost = await peer.agent.call('hold', lost.address, port);
  killed.agent.process.kill('SIGKILL');
  // A process's own end is heard, so this peer can hear.
  await eventually(() => peer.agent.call('hasEnded', toKilled));
  await one.node.stop();
  await one.node.stop();
  await eventually(async () => !(await linksOf(fabric.holder.enter)).includes('node1'));
  assert.equal(await peer.agent.call('hasEnded', toLost), false);
});

test('a node that was stopped, or died, is started again with its addresses', options, async (t) => {
  const fabric = await startFabric(t);
  const other = await startNode(fabric, 2, 1);
  for (const end of ['stop', 'kill'] as const) {
    const { node, pods } = await startNode(fabric, 1, 1);
    await reach(other.pods[0] as PodAgent, pods[0] as PodAgent);
    if (end === 'stop') await node.stop();
    else process.kill(node.holder.pid, 'SIGKILL');
  }
  const { pods } = await startNode(fabric, 1, 1);
  await reach(other.pods[0] as PodAgent, pods[0] as PodAgent);
});

test('a node that is frozen is silent, and goes on when it is thawed', options, async (t) => {
  const fabric = await startFabric(t);
  const [one, two] = await Promise.all([startNode(fabric, 1, 1), startNode(fabric, 2, 1)]);
  const [frozen] = one.pods as [PodAgent];
  const [peer] = two.pods as [PodAgent];
  for (let round = 0; round < 3; round++) {
    await freezeAll(one.node.holder);
    await assert.rejects(reach(peer, frozen, impatientMs), /no answer/);
    await thawAll(one.node.holder);
    await reach(peer, frozen);
  }
  // Whoever waits for it outside does so again, too.
  const gone = new Promise((resolve) => frozen.agent.process.once('exit', resolve));
  frozen.agent.process.disconnect();
  await gone;
  // As dead as any other.
  await freezeAll(one.node.holder);
  await one.node.stop();
});

test('a link is as bad as it is told to be, until it is healed', options, async (t) => {
  const fabric = await startFabric(t);
  const [one, two] = await Promise.all([startNode(fabric, 1, 1), startNode(fabric, 2, 1)]);
  const [here] = one.pods as [PodAgent];
  const [there] = two.pods as [PodAgent];
  await one.node.slow({ loss: 1 });
  await assert.rejects(reach(there, here, impatientMs), /no answer/);
  await one.node.slow({ rateBitsPerSecond: 8e6, loss: 0.001 });
  assert.ok((await here.agent.call('send', there.address, port, 1e6)) > 800);
  await one.node.heal();
  assert.equal(
    await one.node.slow({ latencyMs: 100 }).then(() => latency(there, here), refusal),
    'as it should be',
  );
  await one.node.heal();
  await reach(there, here);
});

test('a link loses as many packets as it is told to', options, async (t) => {
  const fabric = await startFabric(t);
  const { node, kubelet } = await startNode(fabric, 1, 0);
  const arrived = async () => {
    const [, after = ''] = (
      await runProgram([...fabric.holder.enter, 'ip', '-s', 'link', 'show', 'node1'])
    ).split(/RX:.*\n/);
    return Number(after.trim().split(/\s+/)[1]);
  };
  await node.slow({ loss: 0.3 });
  const before = await arrived();
  await kubelet.call('datagrams', fabric.plan.fabricAddress, 2_000);
  const share = ((await arrived()) - before) / 2_000;
  // Ten standard deviations either way.
  assert.ok(share > 0.6 && share < 0.8, String(share));
});

async function latency(from: PodAgent, to: PodAgent): Promise<string> {
  const start = performance.now();
  await reach(from, to);
  return performance.now() - start >= 100 ? 'as it should be' : 'none';
}

/** Not every kernel can do that, and then it says so. */
function refusal({ message }: Error): string {
  return /^latency needs the kernel module sch_netem/.test(message) ? 'as it should be' : message;
}

test(
  'a kubelet that comes back finds its pods connected, and clears up what nobody knows',
  options,
  async (t) => {
    const fabric = await startFabric(t);
    const { node, kubelet, pods } = await startNode(fabric, 1, 2);
    const [kept, stray] = pods as [PodAgent, PodAgent];
    kubelet.process.kill('SIGKILL');
    const successor = await Agent.start(node.holder.enter, 1);
    assert.deepEqual(await successor.call('attach', 'uid-1-0', [kept.address]), kept.attachment);
    const added = await successor.call('attach', 'new');
    assert.deepEqual(added.ips, ['10.244.1.4'], 'an address that somebody may still have is not given out');
    await reach(stray, kept);
    await successor.call('retain', ['uid-1-0', 'new']);
    await assert.rejects(reach(kept, stray, impatientMs));
    // It was not found running: whatever is there is not trusted.
    const again = await successor.call('attach', 'half', []);
    assert.deepEqual(again.ips, ['10.244.1.5']);
    await successor.call('detach', 'half');
    await successor.call('detach', 'half');
    await successor.call('detach', 'new');
    const left = await runProgram([...node.holder.enter, 'ls', '/run/netns']);
    assert.deepEqual(left.trim().split('\n'), ['pod2-uid-1-0']);
    assert.deepEqual(await linksOf(node.holder.enter), ['lo', 'uplink', 'cni0', 'pod2']);
    assert.deepEqual((await successor.call('attach', 'host', [], true)).ips, ['10.243.0.1']);
  },
);

test('a network that its kubelet died over is made anew for the next one', options, async (t) => {
  const fabric = await startFabric(t);
  const { node, kubelet, pods } = await startNode(fabric, 1, 1);
  kubelet.process.kill('SIGKILL');
  // As after a power cut: the pod has had this address before.
  await runProgram([...node.holder.enter, 'ip', 'netns', 'add', 'pod9-begun']);
  const successor = await Agent.start(node.holder.enter, 1);
  const begun = await startPod(node, successor, 'begun', ['10.244.1.9']);
  assert.equal(begun.address, '10.244.1.9');
  await reach(pods[0] as PodAgent, begun);
  await reach(begun, pods[0] as PodAgent);
});

test('nothing of the machine is touched, and nothing is left', options, async (t) => {
  const before = await machine();
  const fabric = await startFabric(t);
  const { node } = await startNode(fabric, 1, 2);
  await node.slow({ loss: 0.5 });
  assert.equal(await machine(), before);
  await fabric.close();
  assert.equal(await machine(), before);
  for (const { pid } of [fabric.holder, node.holder]) assert.throws(() => process.kill(pid, 0), /ESRCH/);
});

/** The network of this process's own namespaces, with its settings, its mounts and its name. */
async function machine(): Promise<string> {
  const settings = [
    ...['net.ipv4.ip_forward', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.conf.all.route_localnet'],
    ...['net.ipv4.conf.all.rp_filter', 'net.ipv4.conf.default.rp_filter', 'kernel.hostname'],
  ];
  const commands = [
    ...['ip -br addr', 'ip route show table all', 'ip netns', 'cat /proc/mounts'],
    ...settings.map((name) => `cat /proc/sys/${name.replaceAll('.', '/')}`),
  ];
  return runProgram(['sh', '-c', commands.join('\n')]);
}

async function linksOf(enter: readonly string[]): Promise<string[]> {
  const said = await runProgram([...enter, 'ip', '-br', 'link']);
  return said
    .trim()
    .split('\n')
    .map((line) => line.split(/[@\s]/)[0] ?? '');
}

alsoAsNobody(import.meta.url);
