// The drill itself, once for each network: kill -9 whatever a cluster is made of, and see that it recovers, whole and without anything besides.
// RELEVO_ROUNDS sets the number of bursts; RELEVO_SEED repeats what is done.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { AttackedCluster, type Network } from './attacked-cluster.ts';
import { assertUntouched, type MachineState, machineState } from './machine-state.ts';
import { type Burst, bursts, inWords, type Victim } from './plan.ts';

const rounds = Number(process.env.RELEVO_ROUNDS ?? 5);
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);

/** Who dies without any container noticing. */
const aside: ReadonlySet<Victim> = new Set(['kubelet', 'balancer', 'engine', 'control-plane']);
const isAside = (burst: Burst) => burst.every(({ victim }) => aside.has(victim));

export function randomKills(network: Network): void {
  suite(`random kills with ${network} (${rounds} bursts, RELEVO_SEED=${seed})`, () => {
    const cluster = new AttackedCluster(network);
    let machine: MachineState;
    before(() => {
      machine = machineState();
      return cluster.up();
    });

    test('no line of a program is lost while its kubelet is killed again and again', async () => {
      assert.deepEqual(await cluster.countAcrossKubeletKills(1_000, 3), { counted: 1_000, exitCode: 7 });
    });

    test('what was asked for comes back, each once, and nothing is lost or left over', async (t) => {
      for (const burst of bursts(seed, rounds)) {
        t.diagnostic(inWords(burst));
        const containers = await cluster.settled();
        await cluster.suffer(burst);
        const after = await cluster.settled();
        if (isAside(burst)) assert.deepEqual(after, containers, 'no container was to notice');
        await cluster.replaceRestarted();
      }
    });

    after(async () => {
      await cluster.delete();
      assertUntouched(machine);
    });
  });
}
