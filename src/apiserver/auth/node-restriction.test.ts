import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { put, status, user } from '../../../tests/support/auth-objects.ts';
import type { AnyObject } from '../../api/object.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { type NodeWrite, restrictNode } from './node-restriction.ts';

const store = new MemoryStore();
const kubelet = user('system:node:n1', 'system:nodes');

before(async () => {
  await put(store, 'pods/a/mine', { spec: { nodeName: 'n1' } });
  await put(store, 'pods/a/other', { spec: { nodeName: 'n2' } });
});

function object(name: string, fields: object = {}, labels: Record<string, string> = {}): AnyObject {
  return { metadata: { name, labels }, ...fields } as unknown as AnyObject;
}

function write(operation: NodeWrite['operation'], what: string, fields: Partial<NodeWrite> = {}): NodeWrite {
  const [resource = '', subresource = ''] = what.split('/');
  const group = resource === 'leases' ? 'coordination.k8s.io' : '';
  const name = fields.object?.metadata.name ?? '';
  return { user: kubelet, operation, group, resource, subresource, namespace: 'a', name, ...fields };
}

const taint = { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } };
const token = (ref?: object) => ({ name: 'app', object: object('', { spec: { boundObjectRef: ref } }) });
const mine = { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: 'uid-mine' };

const table: [text: string, write: NodeWrite, refusal?: RegExp][] = [
  [
    'registers itself with well-known labels and taints',
    write('create', 'nodes', {
      object: object('n1', taint, {
        'kubernetes.io/hostname': 'n1',
        'kubelet.kubernetes.io/x': '',
        'relevo.dev/zone': 'a',
      }),
    }),
  ],
  [
    'cannot register another node',
    write('create', 'nodes', { object: object('n2') }),
    /node "n1" is not allowed to modify node "n2"/,
  ],
  [
    'cannot give itself a role',
    write('create', 'nodes', { object: object('n1', {}, { 'node-role.kubernetes.io/control-plane': '' }) }),
    /is not allowed to set the following labels: node-role.kubernetes.io\/control-plane/,
  ],
  [
    'updates its own status',
    write('update', 'nodes/status', { object: object('n1', { status: {} }), old: object('n1') }),
  ],
  [
    'cannot remove its taints',
    write('update', 'nodes', { object: object('n1'), old: object('n1', taint) }),
    /is not allowed to modify taints/,
  ],
  [
    'cannot take a restricted label',
    write('update', 'nodes', {
      object: object('n1', {}, { 'node-restriction.kubernetes.io/pci': '1' }),
      old: object('n1'),
    }),
    /is not allowed to modify labels: node-restriction.kubernetes.io\/pci/,
  ],
  [
    'cannot remove a restricted label',
    write('update', 'nodes/status', { object: object('n1'), old: object('n1', {}, { 'a.k8s.io/x': '1' }) }),
    /is not allowed to modify labels: a.k8s.io\/x/,
  ],
  [
    'cannot update another node',
    write('update', 'nodes/status', { object: object('n2'), old: object('n2') }),
    /node "n2"/,
  ],
  ['deletes its own pod', write('delete', 'pods', { name: 'mine' })],
  [
    'cannot delete another’s pod',
    write('delete', 'pods', { name: 'other' }),
    /can only delete pods with spec.nodeName set to itself/,
  ],
  [
    'cannot create pods',
    write('create', 'pods', { object: object('x', { spec: { nodeName: 'n1' } }) }),
    /cannot create pods/,
  ],
  [
    'cannot update a pod',
    write('update', 'pods', { object: object('mine'), old: object('mine', { spec: { nodeName: 'n1' } }) }),
    /unexpected operation "UPDATE"/,
  ],
  [
    'updates the status of its own pod',
    write('update', 'pods/status', {
      object: object('mine'),
      old: object('mine', { spec: { nodeName: 'n1' } }),
    }),
  ],
  [
    'cannot change labels through a pod’s status',
    write('update', 'pods/status', {
      object: object('mine', {}, { a: 'b' }),
      old: object('mine', { spec: { nodeName: 'n1' } }),
    }),
    /cannot update labels through pod status/,
  ],
  [
    'cannot update the status of another’s pod',
    write('update', 'pods/status', {
      object: object('other'),
      old: object('other', { spec: { nodeName: 'n2' } }),
    }),
    /can only update pod status/,
  ],
  ['cannot evict another’s pod', write('create', 'pods/eviction', { name: 'other' }), /can only evict pods/],
  [
    'cannot bind pods',
    write('create', 'pods/binding', { name: 'mine' }),
    /unexpected pod subresource "binding"/,
  ],
  ['makes its own lease', write('create', 'leases', { namespace: 'kube-node-lease', object: object('n1') })],
  [
    'cannot make another’s lease',
    write('create', 'leases', { namespace: 'kube-node-lease', object: object('n2') }),
    /same name as the requesting node/,
  ],
  ['asks for a token bound to its own pod', write('create', 'serviceaccounts/token', token(mine))],
  [
    'cannot ask for an unbound token',
    write('create', 'serviceaccounts/token', token()),
    /not bound to a pod/,
  ],
  [
    'cannot ask for a token without a uid',
    write('create', 'serviceaccounts/token', token({ ...mine, uid: '' })),
    /without a uid/,
  ],
  [
    'cannot ask for a token of a replaced pod',
    write('create', 'serviceaccounts/token', token({ ...mine, uid: 'old' })),
    /does not match the UID in record/,
  ],
  [
    'cannot ask for a token of another’s pod',
    write('create', 'serviceaccounts/token', token({ ...mine, name: 'other', uid: 'uid-other' })),
    /scheduled on a different node/,
  ],
  ['may write events', write('create', 'events', { object: object('e') })],
];

for (const [text, given, refusal] of table) {
  test(`a kubelet ${text}`, () => {
    if (refusal) assert.throws(() => restrictNode(store, given), status(403, refusal));
    else restrictNode(store, given);
  });

  test(`nobody else is restricted: ${text}`, () =>
    restrictNode(store, { ...given, user: user('root', 'system:masters') }));
}
