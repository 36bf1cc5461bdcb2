import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { asks, put, remove, user } from '../../../tests/support/auth-objects.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import type { RequestAttributes } from './authorizer.ts';
import { NodeAuthorizer } from './node-authorizer.ts';

const store = new MemoryStore();
const nodes = new NodeAuthorizer(store);
const kubelet = user('system:node:n1', 'system:nodes', 'system:authenticated');

const spec = {
  nodeName: 'n1',
  serviceAccountName: 'app',
  imagePullSecrets: [{ name: 'pull' }],
  containers: [
    {
      name: 'c',
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }],
      envFrom: [{ configMapRef: { name: 'env-from' } }],
    },
  ],
  initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 'init' } }] }],
  volumes: [
    { name: 'v', secret: { secretName: 'volume' } },
    { name: 'p', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
  ],
};

before(async () => {
  await put(store, 'pods/a/mine', { spec });
  const other = { nodeName: 'n2', containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'others' } }] }] };
  await put(store, 'pods/a/other', { spec: other });
  await put(store, 'pods/a/pending', {
    spec: { containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'pending' } }] }] },
  });
});

const at = (name: string, namespace = 'a') => ({ namespace, name });
const table: [expected: boolean, question: string, more?: Partial<RequestAttributes>][] = [
  ...['pull', 'env', 'init', 'volume'].map((name): [boolean, string, object] => [
    true,
    'get secrets',
    at(name),
  ]),
  [true, 'watch secrets', { namespace: 'a', fieldSelector: 'metadata.name=volume' }],
  [true, 'get configmaps', at('env-from')],
  [true, 'get configmaps', at('kube-root-ca.crt')],
  [true, 'get persistentvolumeclaims', at('data')],
  [true, 'create serviceaccounts/token', at('app')],
  [false, 'create serviceaccounts/token', at('default')],
  [false, 'get serviceaccounts', at('app')],
  [false, 'get secrets', at('others')],
  [false, 'get secrets', at('pending')],
  [false, 'get secrets', at('volume', 'b')],
  [false, 'get configmaps', at('volume')],
  [false, 'list secrets', { namespace: 'a' }],
  [false, 'list secrets', { namespace: 'a', fieldSelector: 'metadata.name!=volume' }],
  [false, 'list secrets'],
  [false, 'update secrets', at('volume')],
  [false, 'delete secrets', at('volume')],
  [true, 'get pods', at('mine')],
  [true, 'delete pods', at('mine')],
  [true, 'patch pods/status', at('mine')],
  [true, 'create pods/eviction', at('mine')],
  [true, 'list pods', { fieldSelector: 'spec.nodeName=n1' }],
  [true, 'watch pods', { fieldSelector: 'spec.nodeName=n1' }],
  [true, 'get pods', at('gone')],
  [false, 'list pods'],
  [false, 'list pods', { fieldSelector: 'spec.nodeName=n2' }],
  [false, 'list pods', { fieldSelector: 'spec.nodeName!=n1' }],
  [false, 'get pods', at('other')],
  [false, 'get pods', at('pending')],
  [false, 'delete pods', at('other')],
  [false, 'patch pods/status', at('other')],
  [false, 'update pods', at('mine')],
  [false, 'create pods', { namespace: 'a' }],
  [false, 'create pods/exec', at('mine')],
  [false, 'create pods/binding', at('mine')],
  [false, 'deletecollection pods', { namespace: 'a' }],
  [true, 'create nodes'],
  [true, 'get nodes', { name: 'n1' }],
  [true, 'watch nodes', { fieldSelector: 'metadata.name=n1' }],
  [true, 'patch nodes/status', { name: 'n1' }],
  [true, 'patch nodes', { name: 'n1' }],
  [false, 'get nodes', { name: 'n2' }],
  [false, 'list nodes'],
  [false, 'patch nodes/status', { name: 'n2' }],
  [false, 'patch nodes', { name: 'n2' }],
  [false, 'delete nodes', { name: 'n1' }],
  [false, 'get nodes/proxy', { name: 'n1' }],
  [true, 'create leases.coordination.k8s.io', { namespace: 'kube-node-lease' }],
  [true, 'update leases.coordination.k8s.io', at('n1', 'kube-node-lease')],
  [false, 'update leases.coordination.k8s.io', at('n2', 'kube-node-lease')],
  [false, 'update leases.coordination.k8s.io', at('n1', 'a')],
  [false, 'list leases.coordination.k8s.io', { namespace: 'kube-node-lease' }],
  [true, 'list leases.coordination.k8s.io', { namespace: 'kube-system' }],
  [true, 'watch leases.coordination.k8s.io', { namespace: 'kube-system' }],
  [false, 'update leases.coordination.k8s.io', at('n1', 'kube-system')],
  [false, 'list leases.coordination.k8s.io'],
  [true, 'watch balancers.relevo.dev'],
  [false, 'patch balancers.relevo.dev/status', at('relevo', '')],
  [false, 'list backendpolicies.relevo.dev'],
  [true, 'create events', { namespace: 'a' }],
  [true, 'list services'],
  [true, 'watch endpointslices.discovery.k8s.io'],
  [false, 'delete endpointslices.discovery.k8s.io', at('x')],
  [false, 'delete events', at('x')],
  [false, 'get secrets.apps', at('volume')],
  [false, 'list deployments.apps', { namespace: 'a' }],
];

for (const [expected, question, more = {}] of table) {
  test(`a kubelet ${expected ? 'may' : 'may not'} ${question} ${JSON.stringify(more)}`, () =>
    assert.equal(nodes.authorize(kubelet, asks(question, more)).allowed, expected));
}

test('only who has both the name and the group is a kubelet', () => {
  const asked = asks('get pods', at('mine'));
  for (const other of [
    user('system:node:n1'),
    user('n1', 'system:nodes'),
    user('system:node:', 'system:nodes'),
  ])
    assert.deepEqual(nodes.authorize(other, asked), { allowed: false, reason: '' });
});

test('rights come with a binding and go with the pod', async () => {
  const asked = asks('get secrets', at('late'));
  const late = { containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'late' } }] }] };
  await put(store, 'pods/a/late', { spec: late });
  assert.equal(nodes.authorize(kubelet, asked).allowed, false);
  await put(store, 'pods/a/late', { spec: { ...late, nodeName: 'n1' } });
  assert.equal(nodes.authorize(kubelet, asked).allowed, true, 'the pod was bound');
  await put(store, 'pods/a/late2', { spec: { ...late, nodeName: 'n1' } });
  assert.equal(nodes.authorize(kubelet, asked).allowed, true);
  await put(store, 'pods/a/late', { spec: { ...late, nodeName: 'n1' }, status: { phase: 'Running' } });
  await remove(store, 'pods/a/late');
  assert.equal(nodes.authorize(kubelet, asked).allowed, true, 'another pod still names it');
  await remove(store, 'pods/a/late2');
  const reason = "no relationship found between node 'n1' and this object";
  assert.deepEqual(nodes.authorize(kubelet, asked), { allowed: false, reason });
});
