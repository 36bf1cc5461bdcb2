// Who came, who went, on a real cluster under load: a replica is killed, then the engine. Every request is accounted for, every failure has its
// cause, and the timeline has the chain of events.

import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { machineTime } from '../../src/base/machine-time.ts';
import type { Accounting } from '../../src/drill/accounting/accounting.ts';
import type { Victims } from '../../src/drill/fault/fault.ts';
import type { MeasuredFault } from '../../src/drill/measure/measured-fault.ts';
import { asIs } from '../../src/drill/told.ts';
import { type EngineName, engineNames } from '../../src/lb/engine.ts';
import { BalancedCluster } from '../support/balanced/balanced-cluster.ts';
import { webDeployment, webService } from '../support/balanced/manifests.ts';
import { WatchedLoad } from '../support/drill/watched-load.ts';
import { eventually } from '../support/eventually.ts';

const noVictims: Victims = { pods: [], nodes: [], balancer: false, controlPlane: false, states: [] };

for (const engine of engineNames) accounting(engine);

function accounting(engine: EngineName): void {
  suite(`accounting of a drill with the engine ${engine}`, () => {
    const cluster = new BalancedCluster();
    before(async () => {
      await cluster.start(engine);
      await cluster.applyObjects(webDeployment({ name: 'web', replicas: 3 }), webService('web'));
      await cluster.settled('app=web', 3);
      await cluster.nodePort('web');
    });
    after(() => cluster.delete());

    test('a replica that is killed: the chain of events, and nothing that is not accounted for', async (t) => {
      const load = await begin(t, cluster);
      await load.told(200);
      const view = load.watch.view();
      assert.deepEqual([view.pods.length, view.wanted, view.hasPolicy], [3, 3, false]);
      const [victim] = view.pods;
      assert.ok(victim);
      const injectedAt = machineTime();
      await load.world.machinery?.killPod(victim, { hold: false });
      const proof = { at: machineTime(), uncertaintyMs: 5, evidence: asIs('killed') };
      await load.seen(({ pods }) => pods.some(({ uid, restarts }) => uid === victim.uid && restarts > 0));
      await load.seen(({ pods }) => pods.length === 3 && pods.every(({ ready }) => ready));
      await load.told(800);
      const fault: MeasuredFault = {
        ...{ step: 0, name: 'replica-kill', injectedAt, proof, victims: { ...noVictims, pods: [victim] } },
      };
      const { accounting, measures } = await load.end([fault]);
      t.diagnostic(JSON.stringify(accounting));
      assertWhole(accounting);
      assert.equal(accounting.unattributed, 0);
      assert.ok(Number(measures.of('availability', 'calm').value) === 1);
      const traffic = measures.of('trafficRto', 'drill');
      assert.ok(Number(traffic.value) < 5_000, JSON.stringify(traffic));
      const capacity = measures.of('capacityRto', 'drill');
      assert.ok(Number(capacity.value) > 0, JSON.stringify(capacity));
      const own = load.observer.events.filter(({ podUid }) => podUid === victim.uid);
      t.diagnostic(
        own
          .map(
            ({ type, at, uncertaintyMs }) =>
              `${type} ${Math.round(at - injectedAt)}±${uncertaintyMs.toFixed(1)}`,
          )
          .join(', '),
      );
      const types = new Set(own.map(({ type }) => type));
      for (const type of ['pod-restarted', 'server-out', 'server-in'] as const)
        assert.ok(types.has(type), type);
      assert.ok(own.every(({ at }) => at >= injectedAt - 250));
    });

    test('an engine that is killed: what it took with it has a name', async (t) => {
      const load = await begin(t, cluster);
      await load.told(200);
      const injectedAt = machineTime();
      await load.world.machinery?.killBalancer({ engine: true });
      const proof = { at: machineTime(), uncertaintyMs: 5, evidence: asIs('killed') };
      await eventually(() => load.observer.events.some(({ type }) => type === 'engine'), 20_000);
      await load.told(200);
      const victims = { ...noVictims, balancer: true };
      const fault: MeasuredFault = { step: 0, name: 'balancer-kill', injectedAt, proof, victims };
      const { accounting } = await load.end([fault]);
      t.diagnostic(JSON.stringify(accounting));
      assertWhole(accounting);
      assert.equal(accounting.unattributed, 0);
      assert.equal(load.observer.bins.length, 2);
    });
  });
}

async function begin(t: TestContext, cluster: BalancedCluster): Promise<WatchedLoad> {
  const load = await WatchedLoad.begin(cluster, 120);
  t.after(() => load.close());
  return load;
}

function assertWhole(accounting: Accounting): void {
  const { sent, remainder, unexplained, matrix = [], binsRemainder, bySample } = accounting;
  assert.equal(remainder, 0);
  assert.equal(unexplained, 0);
  assert.equal(binsRemainder, 0);
  assert.equal(
    matrix.reduce((sum, { count }) => sum + count, 0),
    sent,
  );
  assert.ok(bySample.ok > sent * 0.9);
}
