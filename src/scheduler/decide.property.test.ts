import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeNode, makePod } from '../../tests/support/objects.ts';
import { podAmounts } from '../api/core/resource-amounts.ts';
import type { V1Node, V1Pod } from '../api/generated/types.ts';
import { Cluster } from './cluster.ts';
import { decide, schedule } from './decide.ts';
import { podInfo } from './pod-info.ts';

const zone = 'topology.kubernetes.io/zone';

const nodeArbitrary = fc.record({
  cpu: fc.integer({ min: 0, max: 4 }),
  pods: fc.integer({ min: 0, max: 5 }),
  zone: fc.constantFrom('a', 'b', undefined),
  tainted: fc.boolean(),
  cordoned: fc.boolean(),
});

const podArbitrary = fc.record({
  cpu: fc.constantFrom('0', '100m', '1', '1500m'),
  app: fc.constantFrom('x', 'y'),
  tolerates: fc.boolean(),
  zone: fc.constantFrom('a', undefined, undefined),
  apart: fc.boolean(),
  spread: fc.boolean(),
});

type NodeShape = typeof nodeArbitrary extends fc.Arbitrary<infer T> ? T : never;
type PodShape = typeof podArbitrary extends fc.Arbitrary<infer T> ? T : never;

function nodeOf(shape: NodeShape, index: number): V1Node {
  return makeNode(`n${index}`, {
    labels: shape.zone ? { [zone]: shape.zone } : {},
    allocatable: { cpu: String(shape.cpu), pods: String(shape.pods) },
    spec: {
      unschedulable: shape.cordoned,
      taints: shape.tainted ? [{ key: 'k', effect: 'NoSchedule' }] : [],
    },
  });
}

function podOf(shape: PodShape, index: number): V1Pod {
  const labelSelector = { matchLabels: { app: shape.app } };
  return makePod(`p${index}`, {
    labels: { app: shape.app },
    owner: shape.app,
    requests: { cpu: shape.cpu },
    ...(shape.tolerates ? { tolerations: [{ operator: 'Exists' }] } : {}),
    ...(shape.zone ? { nodeSelector: { [zone]: shape.zone } } : {}),
    ...(shape.spread
      ? {
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', labelSelector },
          ],
        }
      : {}),
    ...(shape.apart
      ? {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'kubernetes.io/hostname', labelSelector },
              ],
            },
          },
        }
      : {}),
  });
}

/** Places pods one after the other, as the daemon does. */
function placeAll(nodes: V1Node[], pods: V1Pod[]): Map<V1Pod, string> {
  const cluster = new Cluster();
  for (const node of nodes) cluster.setNode(node);
  const placed = new Map<V1Pod, string>();
  for (const pod of pods) {
    const decision = decide(podInfo(pod), cluster);
    if (decision.kind !== 'place') continue;
    cluster.place(podInfo(pod), decision.nodeName);
    placed.set(pod, decision.nodeName);
  }
  return placed;
}

const world = fc.record({
  nodes: fc.array(nodeArbitrary, { maxLength: 5 }).map((shapes) => shapes.map(nodeOf)),
  pods: fc.array(podArbitrary, { maxLength: 15 }).map((shapes) => shapes.map(podOf)),
});

test('no node is ever overcommitted, cordoned nodes and untolerated taints are left alone', () => {
  fc.assert(
    fc.property(world, ({ nodes, pods }) => {
      const placed = placeAll(nodes, pods);
      for (const node of nodes) {
        const mine = [...placed].filter(([, name]) => name === node.metadata.name).map(([pod]) => pod);
        const cpu = mine.reduce((sum, pod) => sum + (podAmounts(pod).get('cpu') ?? 0), 0);
        assert.ok(cpu <= Number(node.status?.allocatable?.cpu) * 1000);
        assert.ok(mine.length <= Number(node.status?.allocatable?.pods));
        for (const pod of mine) {
          const tolerant = (pod.spec.tolerations ?? []).length > 0;
          assert.ok(tolerant || (!node.spec.unschedulable && (node.spec.taints ?? []).length === 0));
          const wanted = pod.spec.nodeSelector?.[zone];
          assert.ok(wanted === undefined || node.metadata.labels?.[zone] === wanted);
        }
      }
    }),
  );
});

test('anti-affinity holds in both directions, in whatever order pods come', () => {
  fc.assert(
    fc.property(world, ({ nodes, pods }) => {
      const placed = [...placeAll(nodes, pods)];
      for (const [pod, nodeName] of placed) {
        if (!pod.spec.affinity) continue;
        const others = placed.filter(([other, name]) => other !== pod && name === nodeName);
        assert.ok(others.every(([other]) => other.metadata.labels?.app !== pod.metadata.labels?.app));
      }
    }),
  );
});

test('a decision depends on neither the order of nodes nor of pods, and equals the one kept up step by step', () => {
  fc.assert(
    fc.property(world, fc.integer(), ({ nodes, pods }, seed) => {
      const [next, ...rest] = pods;
      if (!next) return;
      const placed = [...placeAll(nodes, rest)].map(([pod, nodeName]) => ({
        ...pod,
        spec: { ...pod.spec, nodeName },
      }));
      const shuffled = <T>(items: T[]) => {
        const keyed = items.map((item, index) => ({ item, at: Math.imul(index + 1, seed | 1) >>> 0 }));
        return keyed.sort((a, b) => a.at - b.at).map(({ item }) => item);
      };
      assert.deepEqual(schedule(next, nodes, placed), schedule(next, shuffled(nodes), shuffled(placed)));
    }),
  );
});

test('counts kept up through placing and removing equal counts made afresh', () => {
  fc.assert(
    fc.property(world, fc.array(fc.nat(14)), ({ nodes, pods }, removals) => {
      const cluster = new Cluster();
      for (const node of nodes) cluster.setNode(node);
      const placed = new Map<string, V1Pod>();
      for (const pod of pods) {
        const decision = decide(podInfo(pod), cluster);
        if (decision.kind !== 'place') continue;
        cluster.place(podInfo(pod), decision.nodeName);
        placed.set(podInfo(pod).key, { ...pod, spec: { ...pod.spec, nodeName: decision.nodeName } });
      }
      for (const index of removals) {
        const key = `default/p${index}`;
        cluster.unplace(key);
        placed.delete(key);
      }
      for (const pod of pods)
        assert.deepEqual(decide(podInfo(pod), cluster), schedule(pod, nodes, placed.values()));
    }),
  );
});

test('replicas on equal nodes are even to within one, whatever else runs there', () => {
  const others = fc.array(fc.record({ node: fc.nat(4), cpu: fc.constantFrom('0', '500m', '2') }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 30 }),
      others,
      (nodeCount, replicas, noise) => {
        const cluster = new Cluster();
        for (let index = 0; index < nodeCount; index++) {
          cluster.setNode(makeNode(`n${index}`, { allocatable: { cpu: '100' } }));
        }
        for (const [index, { node, cpu }] of noise.entries()) {
          cluster.place(podInfo(makePod(`noise${index}`, { requests: { cpu } })), `n${node % nodeCount}`);
        }
        const counts = new Map<string, number>();
        for (let index = 0; index < replicas; index++) {
          const pod = podInfo(makePod(`web-${index}`, { owner: 'rs', requests: { cpu: '100m' } }));
          const decision = decide(pod, cluster);
          assert.ok(decision.kind === 'place');
          cluster.place(pod, decision.nodeName);
          counts.set(decision.nodeName, (counts.get(decision.nodeName) ?? 0) + 1);
        }
        const perNode = Array.from({ length: nodeCount }, (_, index) => counts.get(`n${index}`) ?? 0);
        assert.ok(Math.max(...perNode) - Math.min(...perNode) <= 1, perNode.join());
      },
    ),
  );
});
