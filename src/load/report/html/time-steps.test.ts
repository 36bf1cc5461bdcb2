import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultsOf } from '../../../../tests/support/load/results.ts';
import { sampleOf } from '../../../../tests/support/load/samples.ts';
import { stepSeconds, timeSteps } from './time-steps.ts';

test('a long run has fewer points than seconds, and loses no request', () => {
  const seconds = Array.from({ length: 1_000 }, (_, index) => [
    sampleOf({ elapsedMs: index === 500 ? 9_000 : 10, success: index % 10 > 0 }),
  ]);
  const { seconds: measured } = resultsOf({ seconds });
  const steps = timeSteps(measured);
  const size = stepSeconds(measured);
  assert.ok(steps.length <= 240 && size > 1);
  const whole = steps.slice(0, -1);
  const requests = whole.reduce((sum, { ok, failed }) => sum + (ok + failed) * size, 0);
  assert.equal(Math.round(requests), whole.length * size);
  assert.ok(
    steps.some(({ naive }) => (naive?.p99 ?? 0) > 8_000),
    'the worst second still shows',
  );
});

test('a second without requests has no times', () => {
  const [one, two] = timeSteps(resultsOf({ seconds: [[sampleOf()], []] }).seconds);
  assert.equal(one?.errorPercent, 0);
  assert.deepEqual([two?.errorPercent, two?.naive, two?.corrected], [undefined, undefined, undefined]);
});
