import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNode, makePod } from '../../../tests/support/objects.ts';
import type { V1Node, V1Toleration } from '../../api/generated/types.ts';
import { lostConditions, taintsFor } from './marks.ts';
import { evictionTime, toleratedMs } from './toleration.ts';

const now = '2026-01-01T00:00:10Z';
const before = '2026-01-01T00:00:00Z';

function nodeWith(ready: string | undefined, spec: V1Node['spec'] = {}): V1Node {
  const node = makeNode('n', { spec });
  const conditions =
    ready === undefined ? [] : [{ type: 'Ready', status: ready, lastTransitionTime: before }];
  return { ...node, status: { ...node.status, conditions } };
}

test('a lost node has unknown conditions in Kubernetes words', () => {
  const [ready] = lostConditions(nodeWith('True'), now);
  assert.deepEqual(ready, {
    type: 'Ready',
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    lastTransitionTime: now,
  });
  assert.equal(lostConditions(nodeWith(undefined), now)[0]?.reason, 'NodeStatusNeverUpdated');
  assert.equal(lostConditions(nodeWith('Unknown'), now)[0]?.lastTransitionTime, before);
});

test('taints follow the Ready condition and go with it', () => {
  const unreachable = taintsFor(nodeWith('Unknown'), now);
  assert.deepEqual(unreachable, [
    { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: now },
  ]);
  assert.equal(taintsFor(nodeWith('Unknown', { taints: unreachable }), 'later'), undefined);
  const notReady = taintsFor(nodeWith('False', { taints: unreachable }), now) ?? [];
  assert.deepEqual(
    notReady.map(({ key, effect }) => `${key}:${effect}`),
    ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute'],
  );
  const own = { key: 'mine', effect: 'NoSchedule' };
  assert.deepEqual(taintsFor(nodeWith('True', { taints: [own, ...notReady] }), now), [own]);
});

test('a cordoned node is tainted, a node that never reported keeps what it registered with', () => {
  const cordoned = taintsFor(nodeWith('True', { unschedulable: true }), now);
  assert.deepEqual(cordoned, [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
  const registered = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
  assert.equal(taintsFor(nodeWith(undefined, { taints: registered }), now), undefined);
});

test('a pod goes when the shortest of its tolerations runs out', () => {
  const taint = { key: 'k', effect: 'NoExecute' };
  const tolerated = (...tolerations: V1Toleration[]) => toleratedMs(makePod('p', { tolerations }), taint);
  assert.equal(tolerated(), 0);
  assert.equal(tolerated({ key: 'k', operator: 'Exists', tolerationSeconds: 3 }), 3000);
  assert.equal(
    tolerated({ operator: 'Exists' }, { key: 'k', operator: 'Exists', tolerationSeconds: 3 }),
    3000,
  );
  assert.equal(tolerated({ operator: 'Exists' }), Number.POSITIVE_INFINITY);
  assert.equal(tolerated({ key: 'k', operator: 'Exists', effect: 'NoSchedule' }), 0);
  assert.equal(tolerated({ key: 'k', operator: 'Exists', tolerationSeconds: -1 }), 0);
  const pod = makePod('p', { tolerations: [{ operator: 'Exists', tolerationSeconds: 3 }] });
  const taints = [taint, { key: 'l', effect: 'NoExecute' }, { key: 'm', effect: 'NoSchedule' }];
  assert.equal(
    evictionTime(pod, taints, ({ key }) => (key === 'k' ? 500 : 100)),
    3100,
  );
  assert.equal(
    evictionTime(pod, [], () => 0),
    Number.POSITIVE_INFINITY,
  );
});
