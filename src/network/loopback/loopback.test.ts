import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import type { NetworkPod } from '../pod-network.ts';
import { claimLoopback } from './loopback-claim.ts';
import { LoopbackNetwork } from './loopback-network.ts';
import { LoopbackPlan } from './loopback-plan.ts';

function pod(uid: string, more: Partial<NetworkPod> = {}): NetworkPod {
  return { uid, namespace: 'default', name: uid, hostNetwork: false, ports: [], ...more };
}

function network(nodeIndex = 1, random = () => 0): LoopbackNetwork {
  return new LoopbackNetwork({ plan: new LoopbackPlan(77), nodeIndex, random });
}

test('running clusters have different ranges, and one that stops gives its own back', async (t) => {
  const port = await freePort();
  const claim = async (cluster: string, preferred?: number) => {
    const claimed = await claimLoopback({ cluster, preferred, port });
    t.after(() => claimed.release());
    return claimed;
  };
  const first = await claim('a');
  const second = await claim('a');
  assert.notEqual(first.plan.number, second.plan.number);
  assert.equal((await claim('b', 200)).plan.cidr, '127.200.0.0/16');
  first.release();
  first.release();
  assert.equal((await claim('a')).plan.number, first.plan.number);
});

/** One that nobody had a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

test('a range splits into parts that do not overlap', () => {
  const plan = new LoopbackPlan(77);
  assert.equal(plan.nodeAddress(3), '127.77.0.3');
  assert.equal(plan.podAddress(3, 254), '127.77.3.254');
  assert.equal(plan.podNumber(3, '127.77.3.254'), 254);
  for (const wrong of ['127.77.4.1', '127.77.3.0', '127.77.3.255', '10.0.3.1', '']) {
    assert.equal(plan.podNumber(3, wrong), undefined, wrong);
  }
  assert.throws(() => plan.nodeAddress(128), /nodes 1 to 127, not 128/);
  assert.throws(() => new LoopbackPlan(0), /127\.0\.0\.0\/16 cannot be a cluster's/);
});

test('every pod gets an address of its own and is told it', async () => {
  const one = network();
  const ports = [{ port: 5000, protocol: 'TCP' }];
  const attachment = await one.attach(pod('a', { ports }));
  assert.deepEqual(attachment, { ips: ['127.77.1.1'], env: { HOST: '127.77.1.1', PORT: '5000' } });
  assert.deepEqual(await one.attach(pod('a')), attachment);
  assert.deepEqual((await one.attach(pod('b'))).ips, ['127.77.1.2']);
  assert.deepEqual((await network(2).attach(pod('c'))).ips, ['127.77.2.1']);
  assert.deepEqual((await one.attach(pod('d', { hostNetwork: true }))).ips, ['127.77.0.1']);
});

test('a pod found running keeps its address', async () => {
  const one = network();
  assert.deepEqual((await one.attach(pod('old'), ['127.77.1.1'])).ips, ['127.77.1.1']);
  assert.deepEqual((await one.attach(pod('new'))).ips, ['127.77.1.2']);
  assert.deepEqual((await one.attach(pod('foreign'), ['127.78.1.9'])).ips, ['127.77.1.3']);
});

test('an address is given out again as late as possible, and all of them can be', async () => {
  const one = network();
  await one.attach(pod('0'));
  await one.detach('0');
  for (let i = 1; i <= 254; i++) {
    const { ips } = await one.attach(pod(String(i)));
    assert.equal(ips[0], `127.77.1.${(i % 254) + 1}`);
  }
  await assert.rejects(one.attach(pod('more')), /all 254 pod addresses of this node are taken/);
  await one.detach('7');
  assert.deepEqual((await one.attach(pod('more'))).ips, ['127.77.1.8']);
});
