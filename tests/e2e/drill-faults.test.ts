// Every fault that is possible where nodes share a network: it takes hold, which is proven by other means than those that did it, and is
// taken back, which is proven, too. Who only says that something was done proves nothing. A runner that dies leaves nothing behind.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Parameters } from '../../src/drill/fault/fault.ts';
import { recoverJournals } from '../../src/drill/fault/undo/recover-journals.ts';
import type { FaultWorld, Injected } from '../support/drill/fault-world.ts';
import { FaultyCluster } from '../support/drill/faulty-cluster.ts';
import { eventually } from '../support/eventually.ts';
import { SteadyTraffic } from '../support/steady-traffic.ts';

const cluster = new FaultyCluster();
let at: FaultWorld;
before(async () => {
  at = await cluster.begin('--network', 'loopback');
});
after(() => cluster.end());

/** What the evidence says of each. */
const possible: readonly (readonly [name: string, parameters: Parameters, evidence: RegExp])[] = [
  ['replica-kill', {}, /none of the processes any more of web-\S+ on node-\d \(PID \d/],
  ['replica-kill', { hold: true, share: '67%' }, /web-.*; web-/],
  ['replica-freeze', {}, /processes of web-\S+ on node-\d are in state T/],
  ['node-stop', {}, /nothing runs any more on node-\d/],
  ['node-stop', { share: '70%' }, /nothing runs any more on node-\d \(.*\), node-\d/],
  ['node-freeze', { node: 'node-2' }, /kubelet and \d+ processes of pods on node-2 are in state T/],
  ['kubelet-kill', {}, /no kubelet process any more of node-\d \(PID \d+\)/],
  ['control-plane-kill', {}, /no process \d+ any more, and the API did not answer/],
  ['balancer-kill', {}, /no process \d+ any more, which was the balancer/],
  ['balancer-kill', { engine: true }, /which was the engine embedded/],
  ['all-primaries-down', {}, /sends nothing to any of its 3 primaries/],
  ['everything-down', {}, /node-1.*node-2.*node-3.*sorry page|no usable server/],
  ['everything-down', { by: 'pods' }, /sorry page|no usable server/],
  ['rolling-update', {}, /web: of 3 old pods none is left, instead there are web-/],
  ['drain', {}, /spec\.unschedulable of node-\d; web-/],
  ['pod-delete', { grace: '2s' }, /web-\S+ (is gone|ends)/],
  ['evict', {}, /web-\S+ (is gone|ends)/],
  ['cordon', {}, /spec\.unschedulable of node-\d/],
  ['command', { do: ['true'], prove: ['echo', 'it holds'], undo: ['true'] }, /it holds/],
];

for (const [name, parameters, evidence] of possible) {
  test(`${name} ${JSON.stringify(parameters)} is proven, and taken back`, async () => {
    const before = await cluster.restarts();
    const injected = await at.inject(name, parameters);
    const { proof, victims } = injected;
    const remains = await injected.undo();
    if (/processes any more of|nothing runs any more/.test(proof.evidence.en))
      await cluster.knowsOfDeaths(before, victims.pods);
    await cluster.whole();
    assert.match(proof.evidence.en, evidence);
    assertTimes(injected);
    assert.deepEqual(remains, []);
  });
}

test('a surge is proven once the balancer counts it, and not before', async () => {
  const { url } = await at.view();
  assert.equal(await at.pretend('surge', { rate: '100/s' }), undefined);
  let traffic: SteadyTraffic | undefined;
  const { proof } = await at.inject('surge', { rate: '100/s' }, () => {
    traffic = new SteadyTraffic(url);
  });
  assert.match(proof.evidence.en, /\d+ requests a second, 0 before/);
  await traffic?.stop();
});

/** A machinery that says it has done it. */
const pretended: readonly (readonly [name: string, parameters: Parameters])[] = [
  ['replica-kill', {}],
  ['replica-freeze', {}],
  ['node-stop', {}],
  ['node-freeze', {}],
  ['node-partition', {}],
  ['node-slow', { latency: '500ms' }],
  ['kubelet-kill', {}],
  ['control-plane-kill', {}],
  ['balancer-kill', {}],
  ['all-primaries-down', {}],
  ['everything-down', {}],
];

test('what was only said to be done is never proven', async () => {
  for (const [name, parameters] of pretended)
    assert.equal(await at.pretend(name, parameters), undefined, name);
});

test('faults of a network that the nodes do not have say what would have to be different', async () => {
  for (const name of ['node-partition', 'node-slow'])
    assert.match(String(await at.impossible(name, { loss: '1%' })), /--network netns/);
});

test('what a runner has done is taken back when it is killed', async () => {
  const said = await cluster.killedRun([
    ['node-stop', { node: 'node-1' }],
    ['replica-freeze', { node: 'node-2' }],
    ['cordon', { node: 'node-3' }],
  ]);
  assert.match(said, /node-stop.*\nreplica-freeze.*\ncordon.*\n/);
  await eventually(() => cluster.journals().length === 0, 60_000);
  await cluster.whole();
});

test('what a runner has done is taken back by the next run when its guard is killed, too', async () => {
  await cluster.killedRun([['all-primaries-down', {}]], 'guard and runner');
  assert.deepEqual(cluster.journals(), ['faulty.undo.json']);
  const found = await recoverJournals(at.world);
  assert.deepEqual(found, { recovered: ['faulty.undo.json'], remains: [] });
  await cluster.whole();
});

test('by the API alone there are the faults that every cluster allows', async () => {
  assert.deepEqual(await at.possibleByApiAlone(), [
    ...['pod-delete', 'evict', 'rolling-update', 'drain', 'cordon', 'command'],
  ]);
});

/** It began to hold after it was begun, as far as its own word about that goes. */
function assertTimes({ proof, begun }: Injected): void {
  assert.ok(proof.at >= begun);
  assert.ok(proof.uncertaintyMs >= 0 && proof.at - proof.uncertaintyMs >= begun - 1);
}
