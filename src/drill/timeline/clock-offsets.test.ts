import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClockOffsets, type Exchange } from './clock-offsets.ts';

/** What a clock that is `ahead` of machineTime() and shows whole milliseconds says at `at`, asked from `before` earlier to `after` later. */
function exchange(at: number, ahead: number, before: number, after: number): Exchange {
  return { from: at - before, to: at + after, wall: Math.floor(at + ahead) };
}

const delays = fc.record({
  before: fc.double({ min: 0, max: 50, noNaN: true }),
  after: fc.double({ min: 0, max: 50, noNaN: true }),
});

test('a stamp is found within the uncertainty that is told, and the shortest exchange counts', () => {
  const ahead = fc.integer({ min: 0, max: 2e12 });
  fc.assert(
    fc.property(
      fc.array(delays, { minLength: 1, maxLength: 20 }),
      ahead,
      fc.nat(100_000),
      (list, offset, when) => {
        const clocks = new ClockOffsets();
        for (const [index, { before, after }] of list.entries()) {
          clocks.note(exchange(1_000 + index * 500, offset, before, after));
        }
        const found = clocks.momentOf(Math.floor(when + offset));
        assert.ok(found);
        assert.ok(Math.abs(found.at - when) <= found.uncertaintyMs + 1e-3, JSON.stringify(found));
        const shortest = Math.min(...list.map(({ before, after }) => before + after));
        assert.ok(found.uncertaintyMs <= (shortest + 2) / 2 + 1e-3);
        assert.equal(clocks.jumps, 0);
      },
    ),
  );
});

test('a clock that is set begins anew: stamps of both settings are found', () => {
  const jump = fc.integer({ min: 1_000, max: 1e9 }).chain((ms) => fc.constantFrom(ms, -ms));
  fc.assert(
    fc.property(jump, (ms) => {
      const clocks = new ClockOffsets();
      for (const at of [0, 1_000, 2_000]) clocks.note(exchange(at, 5_000_000_000, 1, 1));
      for (const at of [3_000, 4_000]) clocks.note(exchange(at, 5_000_000_000 + ms, 1, 1));
      assert.equal(clocks.jumps, 1);
      for (const when of [500, 1_500]) {
        const found = clocks.momentOf(when + 5_000_000_000);
        assert.ok(found && Math.abs(found.at - when) <= found.uncertaintyMs, JSON.stringify(found));
      }
      const later = clocks.momentOf(3_500 + 5_000_000_000 + ms);
      assert.ok(later && Math.abs(later.at - 3_500) <= later.uncertaintyMs, JSON.stringify(later));
    }),
  );
});

test('a clock that drifts is no clock that is set', () => {
  const clocks = new ClockOffsets();
  for (let at = 0; at < 600_000; at += 1_000) clocks.note(exchange(at, 1e12 + at * 0.0005, 0.01, 0.01));
  assert.equal(clocks.jumps, 0);
  const found = clocks.momentOf(Math.floor(599_000 + 1e12 + 599_000 * 0.0005));
  assert.ok(found && Math.abs(found.at - 599_000) < 5, JSON.stringify(found));
});

test('stamps of whole seconds are uncertain by half a second; before the first comparison nothing is known', () => {
  const clocks = new ClockOffsets();
  assert.equal(clocks.momentOf(1), undefined);
  assert.equal(clocks.uncertaintyMs, Number.POSITIVE_INFINITY);
  clocks.note(exchange(0, 1e12, 0, 0));
  const found = clocks.momentOf(1e12 + 5_000, 1_000);
  assert.ok(found && found.uncertaintyMs > 499 && found.uncertaintyMs < 502, JSON.stringify(found));
  assert.ok(Math.abs(found.at - 5_500) < 2);
});
