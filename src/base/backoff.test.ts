import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Backoff, backoffDelay } from './backoff.ts';

test('delays double up to the ceiling and start over after a reset', () => {
  const backoff = new Backoff({ initialMs: 10, maxMs: 50 }, () => 0.5);
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next(), backoff.next()], [10, 20, 40, 50]);
  backoff.reset();
  assert.equal(backoff.next(), 10);
});

test('jitter only shortens, by no more than its share', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(2000), share, share, (attempt, jitter, random) => {
      const options = { initialMs: 10, maxMs: 1000, jitter };
      const full = backoffDelay({ ...options, jitter: 0 }, attempt, () => random);
      const delay = backoffDelay(options, attempt, () => random);
      assert.ok(delay <= full && delay >= full * (1 - jitter) - 1e-9);
    }),
  );
});
