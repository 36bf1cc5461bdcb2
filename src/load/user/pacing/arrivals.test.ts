import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Stage } from '../../plan/plan.ts';
import { arrivalTimes, expectedArrivals } from './arrivals.ts';

const stage = fc.record({
  fromRate: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true })),
  toRate: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true })),
  durationMs: fc.integer({ min: 1, max: 10_000 }),
});
const stages = fc.array(stage, { minLength: 1, maxLength: 4 });
const arrivals = fc.constantFrom('even' as const, 'poisson' as const);

function times(
  list: readonly Stage[],
  kind: 'even' | 'poisson',
  worker = 0,
  workers = 1,
  seed = 's',
): number[] {
  return [...arrivalTimes({ stages: list, arrivals: kind }, { worker, workers, seed })];
}

test('even arrivals are as many as the area below the rate, and come in order within the stages', () => {
  fc.assert(
    fc.property(stages, (list) => {
      const all = times(list, 'even');
      const expected = expectedArrivals(list);
      assert.ok(Math.abs(all.length - Math.ceil(expected)) <= 1, `${all.length} of ${expected}`);
      const whole = list.reduce((sum, { durationMs }) => sum + durationMs, 0);
      for (const [at, time] of all.entries()) {
        assert.ok(time >= (all[at - 1] ?? 0) && time <= whole);
      }
    }),
  );
});

test('up to any moment there have been as many even arrivals as the area up to it, but for one', () => {
  fc.assert(
    fc.property(stages, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const whole = list.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const until = whole * share;
      const came = times(list, 'even').filter((time) => time <= until).length;
      const expected = expectedArrivals(cut(list, until));
      assert.ok(came >= Math.floor(expected - 1e-6) && came <= expected + 1 + 1e-6, `${came} of ${expected}`);
    }),
  );
});

/** The stages up to a moment. */
function cut(list: readonly Stage[], until: number): Stage[] {
  let rest = until;
  return list.map(({ fromRate, toRate, durationMs }) => {
    const part = Math.min(durationMs, Math.max(0, rest));
    rest -= durationMs;
    return { fromRate, toRate: fromRate + (toRate - fromRate) * (part / durationMs), durationMs: part };
  });
}

test('workers together have each arrival once, in the same places as one alone', () => {
  fc.assert(
    fc.property(stages, arrivals, fc.integer({ min: 1, max: 5 }), (list, kind, workers) => {
      const parts = Array.from({ length: workers }, (_, worker) => times(list, kind, worker, workers));
      const together = parts.flat().sort((x, y) => x - y);
      const alone = times(list, kind);
      assert.equal(together.length, alone.length);
      for (const [at, time] of together.entries()) assert.ok(Math.abs(time - (alone[at] as number)) < 1e-6);
    }),
  );
});

test('a steady rate comes at even distances, beginning at once', () => {
  assert.deepEqual(times([{ fromRate: 4, toRate: 4, durationMs: 1_000 }], 'even'), [0, 250, 500, 750]);
});

test('a rate that grows from nothing: the n-th arrival comes when the triangle below it is n', () => {
  const all = times([{ fromRate: 0, toRate: 10, durationMs: 1_000 }], 'even').map(Math.round);
  assert.deepEqual(all, [0, 447, 632, 775, 894]);
});

test('a pause of the rate is a pause of the arrivals', () => {
  const rates = [2, 0, 2].map((rate) => ({ fromRate: rate, toRate: rate, durationMs: 1_000 }));
  assert.deepEqual(times(rates, 'even'), [0, 500, 2_000, 2_500]);
});

test('poisson arrivals: distances vary as much as they are long, and another seed gives others', () => {
  const steady = [{ fromRate: 1_000, toRate: 1_000, durationMs: 20_000 }];
  const all = times(steady, 'poisson');
  const distances = all.map((time, at) => time - (all[at - 1] ?? 0));
  const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length;
  const deviation = Math.sqrt(distances.reduce((sum, one) => sum + (one - mean) ** 2, 0) / distances.length);
  assert.ok(Math.abs(mean - 1) < 0.05, `mean ${mean}`);
  assert.ok(Math.abs(deviation - 1) < 0.05, `deviation ${deviation}`);
  assert.deepEqual(times(steady, 'poisson'), all);
  assert.notDeepEqual(times(steady, 'poisson', 0, 1, 'other').slice(0, 9), all.slice(0, 9));
});
