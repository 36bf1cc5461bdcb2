import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { Deadlines, type Watched } from './deadlines.ts';
import { HostAddresses } from './host-addresses.ts';

const never = Number.POSITIVE_INFINITY;

function watchedThing(clock: FakeClock): Watched & { expiredAt: number[] } {
  const thing = {
    deadline: never,
    slot: -1,
    expiredAt: [] as number[],
    expired() {
      thing.expiredAt.push(clock.monotonic());
      thing.deadline = never;
    },
  };
  return thing;
}

function deadlinesOf(clock: FakeClock): Deadlines {
  return new Deadlines({ now: () => clock.monotonic(), after: (ms, fn) => clock.after(ms, fn) });
}

test('a deadline that is put off, brought forward or taken back ends when it should, once', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: 500 }),
          ms: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
        }),
        { maxLength: 20 },
      ),
      (steps) => {
        const clock = new FakeClock();
        const deadlines = deadlinesOf(clock);
        const thing = watchedThing(clock);
        for (const { at, ms } of steps.sort((a, b) => a.at - b.at)) {
          clock.advance(at - clock.monotonic());
          thing.deadline = ms === undefined ? never : clock.monotonic() + ms;
          if (ms !== undefined) deadlines.watch(thing);
          thing.expiredAt.length = 0;
        }
        const last = thing.deadline;
        clock.advance(1_000);
        if (last === never) assert.deepEqual(thing.expiredAt, []);
        else {
          assert.equal(thing.expiredAt.length, 1);
          const [at = 0] = thing.expiredAt;
          assert.ok(at >= last && at <= last + 20, `${at} for ${last}`);
        }
        assert.deepEqual([deadlines.waiting, clock.pending], [0, 0]);
      },
    ),
  );
});

test('of what is forgotten nothing is kept, however long its deadline was', () => {
  const clock = new FakeClock();
  const deadlines = deadlinesOf(clock);
  const things = [1, 2].map(() => ({ ...watchedThing(clock), deadline: 60_000 }));
  for (const thing of things) deadlines.watch(thing);
  for (const thing of [...things, ...things]) deadlines.forget(thing);
  assert.equal(deadlines.waiting, 0);
  clock.advance(100);
  assert.equal(clock.pending, 0);
});

test('thousands that are put off all the time are looked at by one timer', () => {
  const clock = new FakeClock();
  const deadlines = deadlinesOf(clock);
  const things = Array.from({ length: 2_000 }, () => watchedThing(clock));
  for (let round = 0; round < 50; round++) {
    for (const thing of things) {
      const isNew = thing.deadline === never;
      thing.deadline = clock.monotonic() + 100;
      if (isNew) deadlines.watch(thing);
    }
    assert.equal(clock.pending, 1);
    clock.advance(50);
  }
  assert.ok(things.every(({ expiredAt }) => expiredAt.length === 0));
  clock.advance(200);
  assert.ok(things.every(({ expiredAt }) => expiredAt.length === 1));
});

test('a name is looked up once for all who ask, again after 30 s, and at once when it was not found', async () => {
  const asked: string[] = [];
  let now = 0;
  const addresses = new HostAddresses(
    async (host) => {
      asked.push(host);
      if (host === 'missing') throw new Error('no such host');
      return ['10.0.0.1', '10.0.0.2'];
    },
    () => now,
  );
  assert.deepEqual(addresses.of('127.0.0.1'), ['127.0.0.1']);
  assert.deepEqual(addresses.of('::1'), ['::1']);
  await Promise.all([addresses.of('shop'), addresses.of('shop')]);
  now = 29_999;
  assert.deepEqual(await addresses.of('shop'), ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(asked, ['shop']);
  now = 30_000;
  await addresses.of('shop');
  for (let time = 0; time < 2; time++)
    await assert.rejects(async () => addresses.of('missing'), /no such host/);
  assert.deepEqual(asked, ['shop', 'shop', 'missing', 'missing']);
});
