import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { WorkQueue } from './workqueue.ts';

function setUp() {
  const clock = new FakeClock();
  return { clock, queue: new WorkQueue({ clock, random: () => 0 }) };
}

test('a key waits once however often it is added', async () => {
  const { queue } = setUp();
  queue.add('a');
  queue.add('b');
  queue.add('a');
  assert.equal(queue.length, 2);
  assert.equal(await queue.take(), 'a');
  assert.equal(await queue.take(), 'b');
  assert.equal(queue.length, 0);
});

test('a key added while it is worked on comes again only afterwards', async () => {
  const { queue } = setUp();
  queue.add('a');
  await queue.take();
  queue.add('a');
  queue.add('a');
  assert.equal(queue.length, 0);
  queue.done('a');
  assert.equal(queue.length, 1);
  assert.equal(await queue.take(), 'a');
  queue.done('a');
  assert.equal(queue.length, 0);
});

test('of several delayed adds the earliest counts', async () => {
  const { clock, queue } = setUp();
  queue.addAfter('a', 100);
  queue.addAfter('a', 50);
  queue.addAfter('a', 200);
  clock.advance(49);
  assert.equal(queue.length, 0);
  clock.advance(1);
  assert.equal(queue.length, 1);
  assert.equal(clock.pending, 0);
});

test('a delay beyond what a timer can hold does not fire at once', async () => {
  const delays: number[] = [];
  const clock = new FakeClock();
  const after = (ms: number, fn: () => void) => {
    delays.push(ms);
    return clock.after(ms, fn);
  };
  const watched = { now: () => clock.now(), monotonic: () => clock.monotonic(), after };
  new WorkQueue({ clock: watched, random: () => 0 }).addAfter('a', 2 ** 31 * 1000);
  assert.deepEqual(delays, [2 ** 31 - 1]);
});

test('failures wait longer each time until the key is forgotten', async () => {
  const { clock, queue } = setUp();
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    if (i === 3) queue.forget('a');
    queue.addRateLimited('a');
    let waited = 0;
    while (queue.length === 0) {
      clock.advance(1);
      waited++;
    }
    waits.push(waited);
    queue.done((await queue.take()) as string);
  }
  assert.deepEqual(waits, [5, 10, 20, 5]);
});

test('a waiting taker gets the next key, and shutting down frees the rest', async () => {
  const { queue } = setUp();
  const first = queue.take();
  const second = queue.take();
  queue.add('a');
  assert.equal(await first, 'a');
  const down = queue.shutDown();
  assert.equal(await second, undefined);
  let drained = false;
  void down.then(() => {
    drained = true;
  });
  await Promise.resolve();
  assert.equal(drained, false);
  queue.done('a');
  await down;
  queue.add('b');
  assert.equal(await queue.take(), undefined);
});

test('shutting down hands out what waits and drops what is delayed', async () => {
  const { clock, queue } = setUp();
  queue.add('a');
  queue.addAfter('b', 10);
  const down = queue.shutDown();
  assert.equal(clock.pending, 0);
  assert.equal(await queue.take(), 'a');
  queue.done('a');
  await down;
});

test('no key is lost, doubled or held by two workers, whatever the order', async () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ op: fc.constant('add'), key }),
    fc.record({ op: fc.constant('take'), key: fc.constant('') }),
    fc.record({ op: fc.constant('done'), key }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { queue } = setUp();
      const held = new Set<string>();
      const owed = new Set<string>();
      const take = async () => {
        const taken = (await queue.take()) as string;
        assert.equal(held.has(taken), false);
        assert.equal(owed.delete(taken), true);
        held.add(taken);
      };
      for (const { op, key } of steps) {
        if (op === 'add') {
          queue.add(key);
          owed.add(key);
        } else if (op === 'take' && queue.length > 0) await take();
        else if (op === 'done' && held.delete(key)) queue.done(key);
      }
      for (const key of held) queue.done(key);
      held.clear();
      while (queue.length > 0) await take();
      assert.equal(owed.size, 0);
    }),
  );
});
