import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PlacedPod, podsOn, targetOf } from '../../../../tests/support/drill/targets.ts';
import { seededRandom } from '../../../base/seeded-random.ts';
import type { Parameters } from '../fault.ts';
import { losing } from './losing.ts';
import { nobody } from './nobody.ts';
import { chooseNodes, cordonedAlready } from './nodes.ts';
import { choosePods } from './pods.ts';

const three: readonly PlacedPod[] = [{ node: 'node-1' }, { node: 'node-2' }, { node: 'node-3' }];
const random = () => seededRandom('1');

const placed = fc.array(
  fc.record({
    node: fc.integer({ min: 1, max: 6 }).map((number) => `node-${number}`),
    role: fc.constantFrom('primary' as const, 'backup' as const),
    createdAt: fc.integer({ min: 0, max: 3 }).map((seconds) => seconds * 1000),
  }),
  { minLength: 1, maxLength: 20 },
);

test('the same seed hits the same places, whatever the pods are called and in whatever order they are listed', () => {
  fc.assert(
    fc.property(placed, fc.string(), fc.integer({ min: 1, max: 5 }), fc.nat(), (pods, seed, count, turn) => {
      fc.pre(pods.length >= count);
      const parameters = { count, role: 'any' };
      const listed = podsOn(pods, 'b');
      const turned = [...listed.slice(turn % listed.length), ...listed.slice(0, turn % listed.length)];
      const first = choosePods(targetOf(podsOn(pods, 'a')), parameters, seededRandom(seed));
      const second = choosePods(targetOf(turned), parameters, seededRandom(seed));
      const indices = ({ pods: chosen }: typeof first) => chosen.map(({ uid }) => uid.slice(2));
      assert.deepEqual(indices(second), indices(first));
    }),
  );
});

test('nobody is hit twice, and never more than were asked for', () => {
  fc.assert(
    fc.property(placed, fc.string(), fc.integer({ min: 1, max: 100 }), (pods, seed, share) => {
      const target = targetOf(podsOn(pods));
      const chosen = choosePods(target, { share: `${share}%`, role: 'any' }, seededRandom(seed)).pods;
      assert.equal(new Set(chosen.map(({ uid }) => uid)).size, chosen.length);
      assert.equal(chosen.length, Math.max(1, Math.floor((pods.length * share) / 100)));
    }),
  );
});

test('every candidate can be the one', () => {
  const target = targetOf(podsOn(three));
  const seeds = Array.from({ length: 100 }, (_, seed) => seededRandom(String(seed)));
  const hit = new Set(seeds.map((numbers) => choosePods(target, {}, numbers).pods[0]?.node));
  assert.deepEqual([...hit].sort(), ['node-1', 'node-2', 'node-3']);
});

test('primaries are meant where nothing else is said, and only those that are ready', () => {
  const target = targetOf(
    podsOn([{ node: 'node-1', role: 'backup' }, { node: 'node-2', ready: false }, { node: 'node-3' }]),
  );
  assert.deepEqual(nodesHit(choosePods(target, {}, random())), ['node-3']);
  assert.deepEqual(nodesHit(choosePods(target, { role: 'backup' }, random())), ['node-1']);
});

test('a replica or a node that is named is hit, and one that is not there is told from those that are', () => {
  const target = targetOf(podsOn(three));
  const name = target.pods[1]?.name;
  assert.deepEqual(nodesHit(choosePods(target, { pod: name }, random())), ['node-2']);
  assert.deepEqual(nodesHit(choosePods(target, { node: 'node-3' }, random())), ['node-3']);
  assert.throws(() => choosePods(target, { pod: 'nobody' }, random()), /no replica "nobody"; it has web-/);
  assert.throws(() => choosePods(target, { node: 'node-9' }, random()), /no ready primary of web on node-9/);
  assert.throws(() => choosePods(target, { count: 4 }, random()), /4 are to be hit, but there are only 3/);
});

test('half of the nodes are half of all that are ready, and those with replicas come first', () => {
  const nodes = [1, 2, 3, 4, 5].map((number) => ({
    ...{ name: `node-${number}`, ready: number < 5, schedulable: true },
  }));
  const target = targetOf(podsOn([{ node: 'node-3' }, { node: 'node-4' }]), { nodes });
  const half = (parameters: Parameters) => chooseNodes(target, parameters, random());
  const chosen = half({ share: '50%' });
  assert.deepEqual([...chosen.nodes].sort(), ['node-3', 'node-4']);
  assert.equal(chosen.pods.length, 2, 'their pods are victims, too');
  assert.deepEqual([...half({ share: '75%' }).nodes].length, 3);
  assert.throws(() => half({ count: 5 }), /5 are to be hit, but there are only 4/);
  assert.throws(() => half({ node: 'node-9' }), /no node "node-9"; there are node-1/);
});

test('failures for want of servers are the doing of whoever took them all away', () => {
  const pods = podsOn([
    { node: 'node-1' },
    { node: 'node-2', role: 'backup' },
    { node: 'node-3', ready: false },
  ]);
  const target = targetOf(pods);
  const states = (parameters: Parameters) => losing(target, choosePods(target, parameters, random())).states;
  assert.deepEqual(states({ role: 'backup' }), [], 'the primary is left');
  assert.deepEqual(states({}), ['queue-full'], 'a backup is left');
  assert.deepEqual(states({ role: 'any', count: 2 }), ['none-usable', 'queue-full']);
  assert.deepEqual(losing(targetOf([]), nobody).states, [], 'nobody was there');
});

test('a node that must not be hit is not, neither by chance nor by its name', () => {
  const nodes = [1, 2].map((number) => ({
    ...{ name: `node-${number}`, ready: true, schedulable: number === 2 },
  }));
  const target = targetOf(podsOn([{ node: 'node-1' }]), { nodes });
  const rule = { may: (node: { schedulable: boolean }) => node.schedulable, whyNot: cordonedAlready };
  assert.deepEqual(chooseNodes(target, {}, random(), rule).nodes, ['node-2']);
  assert.throws(() => chooseNodes(target, { node: 'node-1' }, random(), rule), /node-1.*cordoned already/);
});

function nodesHit({ pods }: { pods: readonly { node: string }[] }): string[] {
  return pods.map(({ node }) => node);
}
