import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import type { OutsideAnswer } from '../../base/outside-names.ts';
import { OutsideCache } from './outside-cache.ts';

class World {
  readonly clock = new FakeClock();
  asked = 0;
  answer: OutsideAnswer | Error | Promise<OutsideAnswer> = { missing: true };
  readonly cache: OutsideCache;

  constructor(size?: number) {
    const resolve = async () => {
      this.asked++;
      if (this.answer instanceof Error) throw this.answer;
      return this.answer;
    };
    this.cache = new OutsideCache({ clock: this.clock, resolve, size });
  }

  tells(ttl: number | undefined): void {
    this.answer = { records: [{ data: '192.0.2.1', ttl }] };
  }
}

test('an answer is believed as long as it says, within bounds, and its time runs down', async () => {
  for (const [said, believed] of [
    [20, 20],
    [0, 5],
    [86_400, 30],
    [undefined, 30],
  ] as const) {
    const world = new World();
    world.tells(said);
    assert.equal((await world.cache.find('a', 'A')).ttl, believed);
    world.clock.advance((believed - 1) * 1_000);
    assert.equal((await world.cache.find('a', 'A')).ttl, 1);
    assert.equal(world.asked, 1);
    world.clock.advance(1_000);
    await world.cache.find('a', 'A');
    assert.equal(world.asked, 2);
  }
});

test('that there is no such name, or nothing of that type, is remembered for a moment', async () => {
  for (const answer of [{ missing: true }, { records: [] }] as const) {
    const world = new World();
    world.answer = answer;
    await world.cache.find('a', 'A');
    world.clock.advance(4_999);
    assert.deepEqual((await world.cache.find('a', 'A')).answer, answer);
    assert.equal(world.asked, 1);
    world.clock.advance(1);
    await world.cache.find('a', 'A');
    assert.equal(world.asked, 2);
  }
});

test('types are remembered each for itself', async () => {
  const world = new World();
  await world.cache.find('a', 'A');
  await world.cache.find('a', 'AAAA');
  assert.equal(world.asked, 2);
});

test('who asks while the answer is on its way waits for the same one', async () => {
  const world = new World();
  const later = Promise.withResolvers<OutsideAnswer>();
  world.answer = later.promise;
  const both = Promise.all([world.cache.find('a', 'A'), world.cache.find('a', 'A')]);
  later.resolve({ records: [] });
  await both;
  assert.equal(world.asked, 1);
});

test('a failure is not remembered', async () => {
  const world = new World();
  world.answer = new Error('no network');
  await assert.rejects(world.cache.find('a', 'A'), /no network/);
  world.tells(20);
  assert.equal((await world.cache.find('a', 'A')).ttl, 20);
});

test('nobody waits for ever', async () => {
  const world = new World();
  world.answer = new Promise(() => {});
  const found = world.cache.find('a', 'A');
  world.clock.advance(5_000);
  await assert.rejects(found, /within 5000 ms/);
});

test('the oldest answers make room', async () => {
  const world = new World(2);
  for (const name of ['a', 'b', 'c', 'c', 'b']) await world.cache.find(name, 'A');
  assert.equal(world.asked, 3);
  await world.cache.find('a', 'A');
  assert.equal(world.asked, 4);
});
