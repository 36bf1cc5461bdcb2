import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  V1Deployment,
  V1Ingress,
  V1Node,
  V1Pod,
  V1ReplicaSet,
  V1Service,
} from '../../api/generated/types.ts';
import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';
import type { TargetRef } from '../scenario/scenario.ts';
import type { TargetObjects } from './target-objects.ts';
import { targetView } from './target-view.ts';

const ref: TargetRef = { service: { namespace: 'default', name: 'web' } };
const here = { isLocal: true };

const service = (spec: object = {}, status: object = {}): V1Service =>
  ({
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      type: 'NodePort',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, nodePort: 30_080 }],
      ...spec,
    },
    status,
  }) as unknown as V1Service;

const pod = (
  name: string,
  labels: object,
  more: { leaving?: boolean; phase?: string; ready?: boolean } = {},
): V1Pod =>
  ({
    metadata: {
      ...{
        name,
        namespace: 'default',
        uid: `uid-${name}`,
        labels,
        creationTimestamp: '2026-11-21T10:00:00Z',
      },
      ...(more.leaving ? { deletionTimestamp: '2026-11-21T10:00:01Z' } : {}),
    },
    spec: { nodeName: 'node-1', containers: [] },
    status: {
      ...{ phase: more.phase ?? 'Running', podIP: '10.0.0.1' },
      conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
      containerStatuses: [{ restartCount: 2 }],
    },
  }) as unknown as V1Pod;

const policy = (
  name: string,
  spec: object,
  more: { created?: string; refused?: boolean; for?: string } = {},
): BackendPolicy =>
  ({
    metadata: { name, namespace: 'default', creationTimestamp: more.created ?? '2026-11-21T10:00:00Z' },
    spec: { targetRef: { kind: 'Service', name: more.for ?? 'web' }, ...spec },
    status: { conditions: [{ type: 'Accepted', status: more.refused ? 'False' : 'True' }] },
  }) as unknown as BackendPolicy;

const workload = (replicas: number | undefined, labels: object, owner?: string) =>
  ({
    metadata: { name: 'x', ...(owner ? { ownerReferences: [{ kind: owner, controller: true }] } : {}) },
    spec: { replicas, template: { metadata: { labels } } },
  }) as unknown as V1Deployment & V1ReplicaSet;

const ingress = (backend: string, rule: { host?: string; path?: string }, ip?: string): V1Ingress =>
  ({
    metadata: { name: 'i', namespace: 'default' },
    spec: {
      rules: [
        { host: rule.host, http: { paths: [{ path: rule.path, backend: { service: { name: backend } } }] } },
      ],
    },
    status: { loadBalancer: { ingress: ip ? [{ ip }] : [] } },
  }) as unknown as V1Ingress;

function view(
  objects: Partial<TargetObjects>,
  of: TargetRef = ref,
  entrance: Parameters<typeof targetView>[2] = here,
) {
  const nothing = { pods: [], nodes: [], policies: [], deployments: [], replicaSets: [], ingresses: [] };
  return targetView(of, { service: service(), ...nothing, ...objects }, entrance);
}

test("pods are primaries, or backups where the policy says so; who leaves and who is somebody else's is none", () => {
  const labels = { app: 'web', tier: 'backup' };
  const { pods, hasBackups, hasPolicy, hasSorryPage } = view({
    pods: [
      ...[pod('b', { app: 'web' }), pod('a', { app: 'web' }, { ready: false }), pod('x', labels)],
      ...[
        pod('y', { tier: 'backup' }),
        pod('gone', { app: 'web' }, { leaving: true }),
        pod('other', { app: 'db' }),
      ],
      pod('over', { app: 'web' }, { phase: 'Succeeded' }),
    ],
    policies: [policy('p', { backup: { selector: { matchLabels: { tier: 'backup' } } } })],
  });
  assert.deepEqual(
    pods.map(({ name, role, ready }) => [name, role, ready]),
    [
      ['a', 'primary', false],
      ['b', 'primary', true],
      ['x', 'backup', true],
      ['y', 'backup', true],
    ],
  );
  assert.deepEqual(pods[0], {
    ...{ namespace: 'default', name: 'a', uid: 'uid-a', node: 'node-1', role: 'primary', ready: false },
    ...{ restarts: 2, address: '10.0.0.1', createdAt: Date.parse('2026-11-21T10:00:00Z') },
  });
  assert.deepEqual([hasPolicy, hasBackups, hasSorryPage], [true, true, false]);
});

test('a Service without a selector has no primaries', () => {
  const { pods, wanted } = view({
    service: service({ selector: undefined }),
    pods: [pod('a', { app: 'web' })],
  });
  assert.deepEqual([pods.length, wanted], [0, undefined]);
});

test('of several policies the oldest that was not refused is in force', () => {
  const sorry = { sorry: { configMap: { name: 's', key: 'k' } } };
  const { hasSorryPage, hasBackups } = view({
    policies: [
      policy('young', { backup: {} }, { created: '2026-11-21T11:00:00Z' }),
      policy('old', sorry, { created: '2026-11-21T10:00:00Z' }),
      policy('oldest', { backup: {} }, { created: '2026-11-21T09:00:00Z', refused: true }),
      policy('other', { backup: {} }, { created: '2026-11-21T08:00:00Z', for: 'shop' }),
    ],
  });
  assert.deepEqual([hasSorryPage, hasBackups], [true, false]);
});

test('wanted is what the owners of primaries were asked for', () => {
  const own = { app: 'web' };
  const deployments = [workload(3, own), workload(undefined, own), workload(5, { app: 'db' })];
  const replicaSets = [workload(2, own), workload(9, own, 'Deployment')];
  assert.equal(view({ deployments, replicaSets }).wanted, 6);
  const policies = [policy('p', { backup: { selector: { matchLabels: { tier: 'backup' } } } })];
  assert.equal(
    view({ policies, deployments: [workload(3, own), workload(2, { ...own, tier: 'backup' })] }).wanted,
    3,
  );
  assert.equal(view({}).wanted, undefined);
});

test('nodes are ready or not, and take pods or not', () => {
  const node = (name: string, spec: object, status: string): V1Node =>
    ({ metadata: { name }, spec, status: { conditions: [{ type: 'Ready', status }] } }) as unknown as V1Node;
  const { nodes } = view({ nodes: [node('b', { unschedulable: true }, 'True'), node('a', {}, 'Unknown')] });
  assert.deepEqual(nodes, [
    { name: 'a', ready: false, schedulable: true },
    { name: 'b', ready: true, schedulable: false },
  ]);
});

test("the URL is what the drill says, else the Service's own, else that of an Ingress", () => {
  const address = { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } };
  assert.equal(view({}).url, 'http://127.0.0.1:30080');
  assert.equal(view({ service: service({ type: 'LoadBalancer' }, address) }).url, 'http://10.1.1.1');
  assert.equal(view({}, { ...ref, url: 'http://else:81/' }).url, 'http://else:81');
  const inside = service({ type: 'ClusterIP', ports: [{ port: 80 }] });
  const ingresses = [
    ingress('other', { host: 'no' }),
    ingress('web', { host: 'shop.test', path: '/app/' }, '10.2.2.2'),
  ];
  const byIngress = view({ service: inside, ingresses });
  assert.deepEqual([byIngress.url, byIngress.host], ['http://10.2.2.2/app', 'shop.test']);
  const entrance = { isLocal: true, ingress: 'http://127.0.0.1:8080' };
  assert.equal(view({ service: inside, ingresses }, ref, entrance).url, 'http://127.0.0.1:8080/app');
  assert.throws(() => view({ service: inside }), /cannot be reached from here/);
  assert.throws(() => view({ service: undefined }), /there is no Service default\/web/);
});

test('a host means the Ingress that has it, a port the one that is meant', () => {
  const ingresses = [
    ingress('web', { host: 'a.test' }, '10.2.2.2'),
    ingress('web', { host: 'b.test', path: '/b' }, '10.2.2.2'),
  ];
  const found = view({ ingresses }, { ...ref, host: 'b.test' });
  assert.deepEqual([found.url, found.host], ['http://10.2.2.2/b', 'b.test']);
  const ports = [
    { name: 'http', port: 80, nodePort: 30_080 },
    { name: 'admin', port: 81, nodePort: 30_081 },
  ];
  const at = (port: string) =>
    view({ service: service({ ports }) }, { service: { namespace: 'default', name: 'web', port } }).url;
  assert.deepEqual([at('admin'), at('80')], ['http://127.0.0.1:30081', 'http://127.0.0.1:30080']);
});

test("on somebody else's cluster node ports are on nodes; a target may be a URL alone", () => {
  const nodes = [
    { metadata: { name: 'n' }, status: { addresses: [{ type: 'InternalIP', address: '10.9.9.9' }] } },
  ];
  const foreign = view({ nodes: nodes as unknown as V1Node[] }, ref, { isLocal: false });
  assert.equal(foreign.url, 'http://10.9.9.9:30080');
  const alone = view({ service: undefined }, { url: 'http://example.test' });
  assert.deepEqual([alone.url, alone.service, alone.hasPolicy], ['http://example.test', '', false]);
});
