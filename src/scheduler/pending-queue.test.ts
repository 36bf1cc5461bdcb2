import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { makePod } from '../../tests/support/objects.ts';
import { PendingQueue } from './pending-queue.ts';
import { podInfo } from './pod-info.ts';

function makeQueue() {
  const clock = new FakeClock();
  const retry = { initialMs: 50, maxMs: 1000 };
  return { clock, queue: new PendingQueue({ clock, random: () => 0, retry, onReady: () => {} }) };
}

function pending(name: string, priority = 0, createdSecond = 0) {
  const pod = makePod(name, { priority });
  pod.metadata.creationTimestamp = `2026-01-01T00:00:${String(createdSecond).padStart(2, '0')}Z`;
  return podInfo(pod);
}

test('pods come by priority, then age, then name', () => {
  const shape = fc.record({ priority: fc.nat(2), second: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 40 }), (shapes) => {
      const { queue } = makeQueue();
      const infos = shapes.map(({ priority, second }, index) => pending(`p${index}`, priority, second));
      for (const info of infos) queue.add(info);
      const rank = (info: (typeof infos)[number]) =>
        [9 - (info.pod.spec.priority ?? 0), info.pod.metadata.creationTimestamp, info.key].join();
      const expected = infos.map(rank).sort();
      assert.deepEqual(
        infos.map(() => rank(queue.pop() ?? pending('none'))),
        expected,
      );
      assert.equal(queue.pop(), undefined);
    }),
  );
});

test('a parked pod waits for an event, and then for the rest of its pause', () => {
  const { clock, queue } = makeQueue();
  queue.add(pending('a'));
  const key = queue.pop()?.key ?? '';
  queue.park(key);
  clock.advance(10_000);
  assert.equal(queue.pop(), undefined);
  queue.wake();
  assert.equal(queue.pop()?.key, key);
  queue.park(key);
  queue.wake();
  clock.advance(99);
  assert.equal(queue.pop(), undefined);
  clock.advance(1);
  assert.equal(queue.pop()?.key, key);
});

test('an event does not wake a pod that is being carried out, nor one it does not concern', () => {
  const { clock, queue } = makeQueue();
  queue.add(pending('a'));
  queue.pop();
  queue.wake();
  assert.equal(queue.pop(), undefined);
  queue.park('default/a');
  clock.advance(1000);
  queue.wake(() => false);
  assert.equal(queue.pop(), undefined);
});

test('a changed pod is tried at once and only once', () => {
  const { clock, queue } = makeQueue();
  queue.add(pending('a'));
  queue.pop();
  queue.retry('default/a');
  queue.add(pending('a', 5));
  assert.equal(queue.pop()?.pod.spec.priority, 5);
  clock.advance(5000);
  assert.equal(queue.pop(), undefined);
  assert.equal(clock.pending, 0);
});

test('a removed pod does not come up any more', () => {
  const { queue } = makeQueue();
  queue.add(pending('a'));
  queue.remove('default/a');
  assert.equal(queue.pop(), undefined);
  assert.equal(queue.size, 0);
});
