import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNode } from '../../../tests/support/objects.ts';
import type { V1Node, V1NodeStatus } from '../../api/generated/types.ts';
import { nodeStatus } from '../../kubelet/node/node-facts.ts';
import { departuresAwaited } from './departures-awaited.ts';

function node(name: string, status: V1NodeStatus): V1Node {
  return { ...makeNode(name), status };
}

const info = { architecture: 'amd64', operatingSystem: 'linux' };
const own = nodeStatus({ addresses: [], capacity: {}, info }, 'process://1.0.0', [], undefined, 0);
const foreign = (kubeletVersion: string): V1NodeStatus => {
  const { nodeInfo } = own;
  return nodeInfo ? { nodeInfo: { ...nodeInfo, kubeletVersion } } : {};
};

test('kubelets of Relevo wait', () => {
  const { status, reason } = departuresAwaited([node('a', own), node('b', own)], undefined, 0);
  assert.deepEqual([status, reason], ['True', 'KubeletsWait']);
});

test('others do not: they are named, and what to do about it', () => {
  for (const version of ['v1.32.0', 'v1.30.2+k3s1', 'v1.29.1-eks-508b6b3', '']) {
    const found = departuresAwaited([node('a', own), node('b', foreign(version))], undefined, 0);
    assert.deepEqual([found.status, found.reason], ['False', 'KubeletsDoNotWait'], version);
    assert.match(found.message, /of 1 of 2 nodes \(b\) do not wait.*preStop hook that sleeps 5 seconds/);
  }
  const { message } = departuresAwaited([makeNode('new')], undefined, 0);
  assert.match(message, /of 1 of 1 nodes \(new\)/);
});

test('of many nodes some are named', () => {
  const nodes = Array.from({ length: 1_000 }, (_, index) => node(`n${index}`, foreign('v1.32.0')));
  assert.match(departuresAwaited(nodes, undefined, 0).message, /of 1000 of 1000 nodes \(n0, n1, n10, …\)/);
});

test('it is told since when, and nothing is known without nodes', () => {
  const first = departuresAwaited([], undefined, 0);
  assert.deepEqual([first.status, first.lastTransitionTime], ['Unknown', '1970-01-01T00:00:00Z']);
  const second = departuresAwaited([node('a', own)], first, 60_000);
  assert.equal(second.lastTransitionTime, '1970-01-01T00:01:00Z');
  const third = departuresAwaited([node('a', own), node('b', own)], second, 120_000);
  assert.equal(third.lastTransitionTime, '1970-01-01T00:01:00Z');
});
