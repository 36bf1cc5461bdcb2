import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Node, V1Pod } from '../../api/generated/types.ts';
import { apiSteps } from './api-events.ts';

interface Wish {
  readonly node?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly leaving?: boolean;
  readonly phase?: string;
}

function pod({ node, ready = false, restarts = 0, leaving = false, phase = 'Running' }: Wish = {}): V1Pod {
  const stamp = '2026-11-21T10:00:00Z';
  return {
    metadata: {
      ...{ name: 'web-1', namespace: 'default', uid: 'u1', creationTimestamp: stamp },
      ...(leaving ? { deletionTimestamp: stamp } : {}),
    },
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: stamp }],
      containerStatuses: [{ name: 'web', restartCount: restarts, ready, image: '', imageID: '' }],
    },
  } as unknown as V1Pod;
}

const types = (before: Wish | undefined, after: Wish | undefined) =>
  apiSteps({
    type: 'pod',
    ...(before ? { before: pod(before) } : {}),
    ...(after ? { after: pod(after) } : {}),
  }).map(({ type }) => type);

test('the life of a pod is told step by step', () => {
  assert.deepEqual(types(undefined, {}), ['pod-created']);
  assert.deepEqual(types({}, { node: 'n' }), ['pod-scheduled']);
  assert.deepEqual(types({ node: 'n' }, { node: 'n', ready: true }), ['pod-ready']);
  assert.deepEqual(types({ ready: true }, { ready: false }), ['pod-not-ready']);
  assert.deepEqual(types({ ready: true }, { ready: true, restarts: 1 }), ['pod-restarted']);
  assert.deepEqual(types({ ready: true }, { ready: true, leaving: true }), ['pod-leaving']);
  assert.deepEqual(types({}, { phase: 'Failed' }), ['pod-leaving']);
  assert.deepEqual(types({ leaving: true }, { leaving: true, phase: 'Succeeded' }), []);
  assert.deepEqual(types({ leaving: true }, undefined), ['pod-gone']);
  assert.deepEqual(types(undefined, { node: 'n', ready: true }), [
    'pod-created',
    'pod-scheduled',
    'pod-ready',
  ]);
});

test('a step has its pod, its node and the stamp of its condition', () => {
  const [step] = apiSteps({
    type: 'pod',
    before: pod({ node: 'n' }),
    after: pod({ node: 'n', ready: true }),
  });
  assert.deepEqual([step?.subject, step?.podUid, step?.node], ['web-1', 'u1', 'n']);
  assert.equal(step?.stamp, Date.parse('2026-11-21T10:00:00Z'));
});

test('a node is ready or not', () => {
  const node = (ready: boolean): V1Node =>
    ({
      metadata: { name: 'n' },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }] },
    }) as V1Node;
  const of = (before: V1Node, after: V1Node | undefined) =>
    apiSteps({ type: 'node', before, ...(after ? { after } : {}) }).map(({ type }) => type);
  assert.deepEqual(of(node(true), node(false)), ['node-not-ready']);
  assert.deepEqual(of(node(false), node(true)), ['node-ready']);
  assert.deepEqual(of(node(true), node(true)), []);
  assert.deepEqual(of(node(true), undefined), ['node-not-ready']);
});
