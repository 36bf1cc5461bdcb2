import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { serverLimit } from './dynamic-limit.ts';

test('between minconn and maxconn the limit follows the load of the backend', () => {
  const limit = { maxconn: 10, minconn: 1, fullconn: 20 };
  const limits = [0, 1, 2, 3, 10, 19, 20, 500].map((inFlight) => serverLimit(limit, inFlight));
  assert.deepEqual(limits, [1, 1, 1, 1, 5, 9, 10, 10]);
});

test('without one of the three there is maxconn, or no limit', () => {
  assert.equal(serverLimit({}, 5), Number.POSITIVE_INFINITY);
  assert.equal(serverLimit({ minconn: 1, fullconn: 9 }, 5), Number.POSITIVE_INFINITY);
  assert.equal(serverLimit({ maxconn: 7, minconn: 1 }, 0), 7);
  assert.equal(serverLimit({ maxconn: 7, fullconn: 9 }, 0), 7);
});

test('the limit is never 0, never above maxconn, and never shrinks as load grows', () => {
  const count = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(count, count, count, fc.nat(200), (maxconn, minconn, fullconn, inFlight) => {
      const limits = [inFlight, inFlight + 1].map((one) => serverLimit({ maxconn, minconn, fullconn }, one));
      const [now = 0, more = 0] = limits;
      return now >= 1 && now <= more && more <= maxconn;
    }),
  );
});
