import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Story } from '../../../tests/support/drill/story.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import { p99 } from './quantile.ts';
import { seriesOf } from './series.ts';
import { availability, failedRequests, shedShare, sorryShare } from './shares.ts';
import { always, type Window } from './window.ts';

const kind = fc.constantFrom('ok', 'failed', 'sorry', 'shed', 'inFlight');
const sample = fc.record({ kind, at: fc.nat(10_000), elapsedMs: fc.integer({ min: 0, max: 2_000 }) });

function storyOf(list: readonly { kind: string; at: number; elapsedMs: number }[]): Story {
  const story = new Story();
  for (const { kind, at, elapsedMs } of list) {
    const more = {
      ...(kind === 'inFlight' ? { isCut: true } : {}),
      ...(kind === 'sorry' || kind === 'shed' ? { outcome: kind } : {}),
    };
    story.add({
      startedAt: at,
      elapsedMs,
      success: kind === 'ok',
      code: kind === 'ok' ? '200' : '500',
      ...more,
    });
  }
  return story;
}

test('shares and failures add up to all that ended within the window', () => {
  const window = fc.record({ from: fc.nat(6_000), length: fc.nat(6_000) });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80 }), window, (list, { from, length }) => {
      const { samples } = storyOf(list);
      const part: Window = { from, to: from + length };
      const over = list.filter((one) => one.kind !== 'inFlight');
      const within = over.filter(
        ({ at, elapsedMs }) => at + elapsedMs >= part.from && at + elapsedMs < part.to,
      );
      const measures = [availability, sorryShare, shedShare].map((measure) => measure(samples, part));
      const failed = failedRequests(samples, part);
      for (const one of [...measures, failed]) assert.equal(one.samples, within.length);
      if (within.length === 0) {
        for (const one of [...measures, failed]) assert.equal(one.value, undefined);
        return;
      }
      const sum = measures.reduce(
        (total, { value = 0 }) => total + value,
        Number(failed.value) / within.length,
      );
      assert.ok(Math.abs(sum - 1) < 1e-9);
    }),
  );
});

test('zero samples never are zero failures', () => {
  const { samples } = new Story();
  assert.match(failedRequests(samples, always).why?.en ?? '', /no request/);
});

test('p99 is a value that occurred, and at most a hundredth is above it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 300 }), (times) => {
      const { samples } = storyOf(times.map((elapsedMs) => ({ kind: 'ok', at: 0, elapsedMs })));
      const { value = -1 } = p99(samples, always);
      assert.ok(times.includes(value));
      assert.ok(times.filter((one) => one > value).length <= times.length / 100);
      assert.ok(times.filter((one) => one >= value).length > times.length / 100 - 1e-9);
    }),
  );
});

test('where there is a schedule time counts from when a request was due', () => {
  const story = new Story();
  story.add({ startedAt: 5_000, dueAt: 1_000, elapsedMs: 10 });
  assert.equal(p99(story.samples, always).value, 4_010);
});

test('a series has every sample that was over in one step, and its times', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 80 }), (list) => {
      const { samples, records } = storyOf(list);
      const series = seriesOf(samples, records);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
      const over = list.filter((one) => one.kind !== 'inFlight').length;
      assert.equal(sum([series.ok, series.failed, series.sorry, series.shed].map(sum)), over);
      const lengths = new Set(
        [series.ok, series.p50, series.p99, ...Object.values(series.servers)].map((one) => one.length),
      );
      assert.equal(lengths.size, 1);
      assert.equal(sum(Object.values(series.servers).map(sum)), over);
      for (const [step, p50] of series.p50.entries()) {
        assert.ok((p50 === null) === (series.p99[step] === null));
        assert.ok(p50 === null || p50 <= Number(series.p99[step]));
      }
    }),
  );
});

test('a series of nothing is empty', () => {
  const samples: SampleStore = new Story().samples;
  assert.deepEqual(seriesOf(samples, undefined).ok, []);
});
