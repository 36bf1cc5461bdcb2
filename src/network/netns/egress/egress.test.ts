import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { alsoAsNobody } from '../../../../tests/support/as-nobody.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { Agent, startFabric, startNode } from '../../../../tests/support/netns-world.ts';
import { processIdentity } from '../../../base/process-identity.ts';
import { whyNoNetns } from '../feasibility.ts';
import type { NetnsFabric } from '../netns-fabric.ts';
import { Egress } from './egress.ts';
import { findUserStack, type UserStack } from './user-stack.ts';

const stack = findUserStack();
const whyNot = (await whyNoNetns()) ?? (typeof stack === 'string' ? stack : undefined);
const options = { skip: whyNot ?? false };
/** A machine may keep its users from the device: they are given one of their own. */
const withTun = [
  ...['unshare', '--mount', 'sh', '-ec'],
  'mount -t tmpfs tmpfs /mnt; mknod -m 666 /mnt/tun c 10 200; mount --bind /mnt/tun /dev/net/tun; exec "$@"',
  'with-tun',
];

async function startEgress(t: TestContext, fabric: NetnsFabric): Promise<Egress> {
  const egress = await Egress.start(fabric.holder, stack as UserStack);
  t.after(() => egress.close());
  return egress;
}

/** On this machine, not within the fabric: says so over TCP, and answers datagrams. */
async function startServer(t: TestContext): Promise<number> {
  const server = createServer((socket) => {
    // Whoever called may be gone.
    socket.on('error', () => {});
    socket.end('the machine itself\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const datagrams = createSocket('udp4', (text, from) =>
    datagrams.send(`heard ${text}`, from.port, from.address),
  );
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve));
  t.after(() => datagrams.close());
  return port;
}

test(
  'pods, nodes and the fabric reach this machine over TCP and UDP; its own network is as before',
  options,
  async (t) => {
    const port = await startServer(t);
    const fabric = await startFabric(t);
    const before = Object.keys(networkInterfaces());
    const egress = await startEgress(t, fabric);
    const centre = await Agent.start(fabric.holder.enter);
    t.after(() => centre.process.kill());
    const nodes = await Promise.all([startNode(fabric, 1, 2), startNode(fabric, 2, 1)]);
    const pods = nodes.flatMap((node) => node.pods.map(({ agent }) => agent));
    for (const agent of [centre, ...nodes.map(({ kubelet }) => kubelet), ...pods]) {
      assert.equal(await agent.call('reach', egress.hostAddress, port), 'the machine itself');
      assert.equal(await agent.call('ask', egress.hostAddress, port, 'hello'), 'heard hello');
    }
    assert.deepEqual(Object.keys(networkInterfaces()), before);
  },
);

test('the pods of a node that is cut off reach nobody outside either', options, async (t) => {
  const port = await startServer(t);
  const fabric = await startFabric(t);
  const { hostAddress } = await startEgress(t, fabric);
  const { node, pods } = await startNode(fabric, 1, 1);
  await node.cut();
  await assert.rejects(async () => pods[0]?.agent.call('reach', hostAddress, port, 300), /no answer/);
  await node.heal();
  assert.equal(await pods[0]?.agent.call('reach', hostAddress, port), 'the machine itself');
});

test('when its program dies that is known, and it is started again', options, async (t) => {
  const port = await startServer(t);
  const fabric = await startFabric(t);
  const egress = await startEgress(t, fabric);
  const { pods } = await startNode(fabric, 1, 1);
  const first = Number(egress.pid);
  process.kill(first, 'SIGKILL');
  await eventually(() => /was killed by SIGKILL/.test(egress.problem ?? ''));
  await eventually(() => egress.problem === undefined);
  assert.notEqual(egress.pid, first);
  assert.equal(await pods[0]?.agent.call('reach', egress.hostAddress, port), 'the machine itself');
});

test('it ends with close(), also while it is down', options, async (t) => {
  const fabric = await startFabric(t);
  const egress = await startEgress(t, fabric);
  const pid = Number(egress.pid);
  process.kill(pid, 'SIGKILL');
  await eventually(() => egress.problem !== undefined);
  await egress.close();
  await egress.close();
  assert.equal(processIdentity(Number(egress.pid)), undefined);
});

test('a program that does not get that far is told with its own words', options, async (t) => {
  const fabric = await startFabric(t);
  const broken = { ...(stack as UserStack), words: () => ['sh', '-c', 'echo no such luck >&2; exit 3'] };
  await assert.rejects(Egress.start(fabric.holder, broken), /ended with code 3 \(no such luck\)$/);
});

test('its program does not outlive who started it, however it ends', options, async () => {
  const file = fileURLToPath(new URL('../../../../tests/support/egress-host.ts', import.meta.url));
  const host = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(host.stdout, 'data');
  const pid = Number(said);
  assert.ok(processIdentity(pid));
  host.kill('SIGKILL');
  await eventually(() => processIdentity(pid) === undefined);
});

alsoAsNobody(import.meta.url, withTun);
