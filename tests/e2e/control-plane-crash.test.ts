// Proves that a control plane killed with -9 at any moment under write load has, when it runs again, everything that it acknowledged or showed,
// nothing half done, and watches that go on without a gap; and that after a restored snapshot nobody takes the past for the present.
// RELEVO_ROUNDS sets the number of kills (default 5); RELEVO_SEED repeats what is done and when it is killed.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { Client } from '../../src/client/client.ts';
import { HttpsTransport } from '../../src/client/https-transport.ts';
import { configMaps, resourceOf, serviceAccounts } from '../../src/client/resources.ts';
import type { Credentials } from '../../src/daemon/control-plane-process.ts';
import { restoreSnapshot, saveSnapshot } from '../../src/store/sqlite/snapshot.ts';
import { type AllProgress, CrashWorld, type KillMoment } from '../support/crash/crash-world.ts';
import type { Follower } from '../support/crash/follower.ts';
import { eventually } from '../support/eventually.ts';
import { KillableCluster } from '../support/killable.ts';

const rounds = Number(process.env.RELEVO_ROUNDS ?? 5);
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);

interface Round {
  kill: KillMoment;
  /** Further kills, so many milliseconds after the process was started again: it may not even be ready. */
  again: number[];
  /** How far back an old watcher comes from. */
  back: number;
}

const round: fc.Arbitrary<Round> = fc.record({
  kill: fc.record({
    when: fc.constantFrom('sent', 'acknowledged', 'watched'),
    count: fc.integer({ min: 1, max: 400 }),
  }),
  again: fc.array(fc.integer({ min: 1, max: 800 }), { maxLength: 1 }),
  back: fc.double({ min: 0, max: 0.99, noNaN: true }),
});

/** Whether the process is killed in its first start, or in those after it too: each so many milliseconds after it began. */
const firstStarts = fc.array(fc.integer({ min: 50, max: 1_500 }), { minLength: 1, maxLength: 2 });

test(`a first start that is killed is made up for by the next (${rounds} rounds, RELEVO_SEED=${seed})`, async () => {
  for (const moments of fc.sample(firstStarts, { seed, numRuns: rounds })) {
    const cluster = await KillableCluster.open();
    try {
      for (const afterMs of moments) await cluster.controlPlane.startAndKill(afterMs);
      const { admin } = await cluster.controlPlane.start();
      await assertUsable(admin);
    } finally {
      await cluster.close();
    }
  }
});

suite(`the control plane under kill -9 (${rounds} rounds, RELEVO_SEED=${seed})`, () => {
  let world: CrashWorld;
  before(async () => {
    world = await CrashWorld.open(seed);
  });
  after(() => world?.close());

  test('loses no acknowledged write and hides no change from those who watch', async () => {
    for (const { kill, again, back } of fc.sample(round, { seed, numRuns: rounds })) {
      await world.writeUntilKilled(kill);
      for (const afterMs of again) await world.cluster.controlPlane.startAndKill(afterMs);
      await world.startAgain();
      await world.assertNothingLost();
      for (const follower of world.followers) {
        await resumeAndCompare(follower);
        await follower.assertHistoryIsTheSame(back);
      }
    }
  });

  test('goes on from a restored snapshot with greater revisions, and older watches are gone', async () => {
    const file = path.join(world.cluster.folder, 'snapshot.db');
    for (const { kill } of fc.sample(round, { seed, numRuns: Math.ceil(rounds / 5) })) {
      const [begun, complete] = await savedWhileWriting(file);
      await restoreWhileDown(file);
      await world.startAgain();
      await world.assertRewound(begun, complete);
      for (const follower of world.followers) {
        await follower.resumeAndBeGone();
        await follower.caughtUp();
        follower.restart(world.journals);
      }
      await world.writeUntilKilled(kill);
      await world.startAgain();
      await world.assertNothingLost();
      for (const follower of world.followers) await resumeAndCompare(follower);
    }
  });

  /** Leaves the control plane dead. Returns how far the writers were before and after. */
  async function savedWhileWriting(file: string): Promise<[AllProgress, AllProgress]> {
    const writing = world.writeUntilKilled({ when: 'acknowledged', count: 300 });
    const begun = world.progress;
    await saveSnapshot(world.cluster.store, file);
    const complete = world.progress;
    await writing;
    return [begun, complete];
  }

  async function restoreWhileDown(file: string): Promise<void> {
    const { revision, replaced } = await restoreSnapshot(file, world.cluster.store);
    assert.ok(replaced, 'what was there is kept');
    assert.ok(revision > world.ledger.newest);
  }

  async function resumeAndCompare(follower: Follower): Promise<void> {
    await follower.resume();
    await follower.caughtUp();
    follower.assertSawEverything(world.journals);
  }
});

/** What a new cluster has is all there, and a new user of it gets what it asks for. */
async function assertUsable(admin: Credentials): Promise<void> {
  const transport = new HttpsTransport(admin);
  const client = new Client(transport);
  await eventually(() => client.resource(serviceAccounts, 'default').find('default'));
  const token = { spec: {} };
  const { status } = await client
    .resource(serviceAccounts, 'default')
    .createSubresource<{ status: { token: string } }>('default', 'token', token);
  assert.ok(status.token);
  const policies = resourceOf('relevo.dev', 'v1alpha1', 'BackendPolicy', 'backendpolicies', true);
  assert.deepEqual((await client.resource(policies, 'default').list()).items, []);
  await client.resource(configMaps, 'default').create({ metadata: { name: 'first' } });
  await transport.close();
}
