// Proves that Deployments end up as they were last asked for, whatever is done to them while the control plane and the nodes are killed
// with -9 at any moment: the wanted replicas of the newest template, Ready, each once, and nothing besides.
// RELEVO_ROUNDS sets the number of rounds (default 5); RELEVO_SEED repeats what is done.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { apps, DeployedWorld, nodeNames, type Step } from '../support/crash/deployed-world.ts';

const rounds = Number(process.env.RELEVO_ROUNDS ?? 5);
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);

const app = fc.constantFrom(...apps);
// Not fc.double(): of all the doubles below 1 nearly all are next to 0.
const share = fc.nat(999).map((thousandths) => thousandths / 1_000);
const image = fc.nat(5).map((number) => `shop:${number}`);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('scale' as const), app, replicas: fc.nat(8) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('setImage' as const), app, image }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('deletePod' as const), pick: share }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('cordon' as const),
      node: fc.constantFrom(...nodeNames),
      cordoned: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constantFrom('killControlPlane' as const, 'killNodes' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.nat(150) }) },
);

suite(`deployments under kill -9 (${rounds} rounds, RELEVO_SEED=${seed})`, () => {
  let world: DeployedWorld;
  before(async () => {
    world = await DeployedWorld.open();
  });
  after(() => world?.close());

  test('converge to what was asked for, with nothing missing and nothing besides', async () => {
    await world.settled();
    const plans = fc.sample(fc.array(step, { minLength: 8, maxLength: 20 }), { seed, numRuns: rounds });
    for (const steps of plans) {
      for (const each of steps) await world.take(each);
      const pods = await world.settled();
      await world.killControlPlane();
      assert.deepEqual(await world.settled(), pods, 'a restart at rest changes nothing');
    }
  });
});
