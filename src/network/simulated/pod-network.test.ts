import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedAddresses, SimulatedPodNetwork } from './pod-network.ts';

function pod(uid: string, hostNetwork = false) {
  return { uid, namespace: 'default', name: uid, hostNetwork, ports: [] };
}

test('addresses are unique over the nodes that share a pool, and used up at the end', async () => {
  const addresses = new SimulatedAddresses('10.1.2.8/29');
  const [a, b] = [
    new SimulatedPodNetwork(addresses, '10.0.0.1'),
    new SimulatedPodNetwork(addresses, '10.0.0.2'),
  ];
  const given: string[] = [];
  for (let i = 0; i < 6; i++) given.push(...(await (i % 2 ? a : b).attach(pod(`p${i}`))).ips);
  assert.deepEqual(given, ['10.1.2.9', '10.1.2.10', '10.1.2.11', '10.1.2.12', '10.1.2.13', '10.1.2.14']);
  await assert.rejects(a.attach(pod('one-more')), /all 6 addresses are taken/);
  await b.detach('p2');
  assert.deepEqual((await a.attach(pod('one-more'))).ips, ['10.1.2.11']);
});

test('an address that was given back is not the next one', async () => {
  const network = new SimulatedPodNetwork(new SimulatedAddresses('10.0.0.0/24'), '10.9.0.1');
  const { ips } = await network.attach(pod('a'));
  assert.deepEqual(await network.attach(pod('a')), { ips, env: {} });
  await network.detach('a');
  await network.detach('a');
  assert.notDeepEqual((await network.attach(pod('b'))).ips, ips);
});

test('a pod found running keeps its address; one on the host network has the node’s', async () => {
  const network = new SimulatedPodNetwork(new SimulatedAddresses('10.0.0.0/30'), '10.9.0.1');
  assert.deepEqual((await network.attach(pod('a'), ['10.0.0.1'])).ips, ['10.0.0.1']);
  assert.deepEqual((await network.attach(pod('b'))).ips, ['10.0.0.2']);
  assert.deepEqual((await network.attach(pod('c', true))).ips, ['10.9.0.1']);
});

test('only ranges with room are taken', () => {
  for (const cidr of ['10.0.0.0/31', 'fd00::/64', '10.0.0.0']) {
    assert.throws(() => new SimulatedAddresses(cidr), RangeError);
  }
});
