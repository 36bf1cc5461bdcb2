import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Pod } from '../../api/generated/types.ts';
import { chooseVictims } from './victims.ts';

interface Traits {
  node?: string;
  phase?: string;
  ready?: boolean;
  readyAt?: number;
  restarts?: number;
  cost?: string;
  createdAt?: number;
}

const time = (seconds: number) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000).toISOString();

function pod(name: string, traits: Traits = {}): V1Pod {
  const {
    node = name,
    phase = 'Running',
    ready = true,
    readyAt = 0,
    restarts = 0,
    cost,
    createdAt = 0,
  } = traits;
  const annotations = cost === undefined ? undefined : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  const status = {
    phase,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time(readyAt) }],
    containerStatuses: [{ name: 'c', ready, restartCount: restarts, image: '', imageID: '' }],
  };
  const metadata = { name, uid: name, resourceVersion: '1', creationTimestamp: time(createdAt), annotations };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], nodeName: node }, status };
}

/** Each pair: the first goes before the second, though everything after the named trait says otherwise. */
const pairs: [string, V1Pod, V1Pod][] = [
  [
    'unassigned before assigned',
    pod('a', { node: '', cost: '9' }),
    pod('b', { phase: 'Pending', ready: false }),
  ],
  ['pending before running', pod('a', { phase: 'Pending', cost: '9' }), pod('b', { ready: false })],
  ['unknown before running', pod('a', { phase: 'Unknown', cost: '9' }), pod('b', { ready: false })],
  ['not ready before ready', pod('a', { ready: false, cost: '9' }), pod('b', { cost: '-9' })],
  ['cheap before dear', pod('a', { cost: '-1' }), pod('b', { readyAt: 60 })],
  ['ready for a shorter time first', pod('a', { readyAt: 60 }), pod('b', { restarts: 5 })],
  ['more restarts first', pod('a', { restarts: 2 }), pod('b', { createdAt: 60 })],
  ['newer first', pod('a', { createdAt: 60 }), pod('b')],
];

for (const [rule, first, second] of pairs) {
  test(rule, () => {
    for (const pods of [
      [first, second],
      [second, first],
    ]) {
      assert.deepEqual(chooseVictims(pods, pods, 1), [first]);
    }
  });
}

test('a node with more pods of the application loses one first, siblings of other sets counted', () => {
  const crowded = pod('a', { node: 'n1', readyAt: 0 });
  const alone = pod('b', { node: 'n2', readyAt: 60 });
  const sibling = pod('c', { node: 'n1' });
  assert.deepEqual(chooseVictims([alone, crowded], [alone, crowded, sibling], 1), [crowded]);
});

test('asked for all, or more, it names all', () => {
  const pods = [pod('a'), pod('b')];
  assert.equal(chooseVictims(pods, pods, 5).length, 2);
});
