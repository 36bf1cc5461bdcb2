import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNode } from '../../../tests/support/objects.ts';
import { nodeServers, servingNodes } from './node-servers.ts';

interface Shape {
  readonly ready?: boolean;
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly addresses?: { type: string; address: string }[];
}

function node(name: string, { ready = true, annotations, labels, addresses }: Shape = {}) {
  const made = makeNode(name, labels ? { labels } : {});
  if (annotations) made.metadata.annotations = annotations;
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }];
  made.status = { conditions, addresses: addresses ?? [{ type: 'InternalIP', address: '10.0.0.1' }] };
  return made;
}

const port = { port: 80, nodePort: 30_080 };

test('every node is a server on the node port, and those that are not ready serve nobody', () => {
  const nodes = [node('b', { ready: false }), node('a', { annotations: { 'relevo.dev/weight': '3' } })];
  assert.deepEqual(nodeServers(nodes, port, []), [
    {
      ...{ id: 'a', name: 'a', node: 'a', address: '10.0.0.1', port: 30_080 },
      ...{ role: 'primary', weight: 3, state: 'ready' },
    },
    {
      ...{ id: 'b', name: 'b', node: 'b', address: '10.0.0.1', port: 30_080 },
      ...{ role: 'primary', weight: 1, state: 'maint', reason: 'node is not ready' },
    },
  ]);
});

test('a node is drained by annotation', () => {
  const [server] = nodeServers([node('a', { annotations: { 'relevo.dev/state': 'drain' } })], port, []);
  assert.equal(server?.state, 'drain');
});

test('the internal address is preferred, and a host name is an address only if it is one', () => {
  const address = (...addresses: { type: string; address: string }[]) =>
    nodeServers([node('a', { addresses })], port, [])[0]?.address;
  const external = { type: 'ExternalIP', address: '192.0.2.1' };
  assert.equal(address(external, { type: 'InternalIP', address: '10.0.0.2' }), '10.0.0.2');
  assert.equal(address({ type: 'Hostname', address: 'a.test' }, external), '192.0.2.1');
  assert.equal(address({ type: 'Hostname', address: 'a.test' }), undefined);
});

test('nodes that say so are no servers, nor is any for a port without a node port', () => {
  const excluded = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' };
  assert.deepEqual(servingNodes([node('a', { labels: excluded })]), []);
  assert.deepEqual(nodeServers([node('a')], { port: 80 }, []), []);
});
