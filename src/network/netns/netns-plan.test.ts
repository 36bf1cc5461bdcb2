import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoopbackPlan } from '../loopback/loopback-plan.ts';
import { NetnsPlan } from './netns-plan.ts';
import { cableOf, macOf } from './scripts.ts';

const plan = new NetnsPlan(77);

test('only addresses of LoadBalancer Services differ from cluster to cluster, and both networks have the same', () => {
  assert.equal(plan.loadBalancerCidr, '127.77.192.0/18');
  assert.equal(plan.loadBalancerCidr, new LoopbackPlan(77).loadBalancerCidr);
  assert.equal(plan.nodeAddress(250), '10.243.0.250');
  assert.equal(plan.podCidr(3), '10.244.3.0/24');
  assert.throws(() => new NetnsPlan(0), /cannot be a cluster's/);
});

test("a pod's number follows from its address, on its own node only, and is never the gateway's", () => {
  const { first, last } = plan.podNumbers;
  for (const number of [first, 77, last]) {
    assert.equal(plan.podNumber(3, plan.podAddress(3, number)), number);
    assert.equal(plan.podNumber(4, plan.podAddress(3, number)), undefined);
  }
  for (const wrong of [plan.podGateway(3), '10.244.3.0', '10.244.3.255', '127.77.3.5', '']) {
    assert.equal(plan.podNumber(3, wrong), undefined, wrong);
  }
});

test('there are nodes 1 to 250, so that none has the address of the fabric', () => {
  for (const wrong of [0, 251, 1.5]) {
    assert.throws(() => plan.nodeAddress(wrong), /nodes 1 to 250/);
    assert.throws(() => plan.podCidr(wrong), /nodes 1 to 250/);
  }
});

test('an interface has the hardware address of its address, and a name that is short enough', () => {
  assert.equal(macOf(plan.podAddress(250, 16)), '02:00:0a:f4:fa:10');
  assert.ok(cableOf(plan.mostNodes).length <= 15);
});
