import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { ApplyLoop } from './apply-loop.ts';

class World {
  readonly clock = new FakeClock();
  readonly failures: unknown[] = [];
  applied = 0;
  /** What the next one does. */
  apply: () => Promise<void> = async () => {};
  readonly loop = new ApplyLoop({
    clock: this.clock,
    batchMs: 5,
    apply: async () => {
      this.applied++;
      await this.apply();
    },
    failed: (error) => this.failures.push(error),
  });
}

test('changes that come together are applied as one', async () => {
  const world = new World();
  world.loop.schedule();
  world.loop.schedule();
  world.clock.advance(4);
  world.loop.schedule();
  assert.equal(world.applied, 0);
  world.clock.advance(1);
  await eventually(() => world.applied === 1);
  assert.equal(world.clock.pending, 0);
});

test('what changes while a model is on its way is the next model, and one only', async () => {
  const world = new World();
  const held = Promise.withResolvers<void>();
  world.apply = () => held.promise;
  const first = world.loop.now();
  await eventually(() => world.applied === 1);
  world.loop.schedule();
  world.clock.advance(5);
  world.loop.schedule();
  world.clock.advance(5);
  world.apply = async () => {};
  held.resolve();
  await first;
  assert.equal(world.applied, 2);
});

test('one that fails is told and tried again after a second', async () => {
  const world = new World();
  world.apply = async () => {
    throw new Error('no');
  };
  await world.loop.now();
  assert.equal(world.failures.length, 1);
  world.apply = async () => {};
  world.clock.advance(1_000);
  await eventually(() => world.applied === 2);
  assert.equal(world.clock.pending, 0);
});

test('after the end nothing is applied', async () => {
  const world = new World();
  world.loop.schedule();
  await world.loop.close();
  world.loop.schedule();
  await world.loop.now();
  assert.deepEqual([world.applied, world.clock.pending], [0, 0]);
});
