// The faults of nodes that have networks of their own: cables are cut, lose packets and are narrow. They are proven from the other side, and
// taken back, also when whoever did it is killed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Parameters } from '../../src/drill/fault/fault.ts';
import type { FaultWorld } from '../support/drill/fault-world.ts';
import { FaultyCluster } from '../support/drill/faulty-cluster.ts';
import { eventually } from '../support/eventually.ts';

const cluster = new FaultyCluster();
let at: FaultWorld;
before(async () => {
  at = await cluster.begin('--network', 'netns');
});
after(() => cluster.end());

const possible: readonly (readonly [name: string, parameters: Parameters, evidence: RegExp])[] = [
  ['node-partition', {}, /the API answers, and through it nothing comes back from node-\d/],
  ['node-slow', { loss: '20%' }, /\d+ of \d+ answers came as late as after a lost packet/],
  ['node-slow', { rate: '10Mbit' }, /the kernel has sent \d+ bytes from it through ".*10Mbit/],
  ['node-stop', {}, /nothing runs any more on node-\d/],
  ['node-freeze', {}, /are in state T/],
  ['replica-freeze', {}, /are in state T/],
  ['everything-down', { by: 'pods' }, /sorry page|no usable server/],
];

for (const [name, parameters, evidence] of possible) {
  test(`${name} ${JSON.stringify(parameters)} is proven, and taken back`, async () => {
    const before = await cluster.restarts();
    const { proof, victims, undo } = await at.inject(name, parameters);
    const remains = await undo();
    if (/processes any more of|nothing runs any more/.test(proof.evidence.en))
      await cluster.knowsOfDeaths(before, victims.pods);
    await cluster.whole();
    assert.match(proof.evidence.en, evidence);
    assert.deepEqual(remains, []);
  });
}

test('latency is proven by how late answers come, or its kernel is told to lack what it needs', async () => {
  const parameters = { latency: '150ms' };
  const why = await at.impossible('node-slow', parameters);
  if (why !== undefined) {
    assert.match(why, /sch_netem/);
    return;
  }
  const injected = await at.inject('node-slow', parameters);
  assert.match(injected.proof.evidence.en, /its kubelet answers \d{3,} ms later than before/);
  assert.deepEqual(await injected.undo(), []);
});

test('a cable that was only said to be bad is not proven to be', async () => {
  for (const [name, parameters] of [
    ['node-partition', {}],
    ['node-slow', { loss: '20%' }],
    ['node-slow', { rate: '10Mbit' }],
  ] as const)
    assert.equal(await at.pretend(name, parameters), undefined, name);
});

test('a cable that a runner has cut is mended when it is killed', async () => {
  await cluster.killedRun([
    ['node-partition', { node: 'node-1' }],
    ['node-slow', { node: 'node-2', rate: '5Mbit' }],
  ]);
  await eventually(() => cluster.journals().length === 0, 60_000);
  await cluster.whole();
});
