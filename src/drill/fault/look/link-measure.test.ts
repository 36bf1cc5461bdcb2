import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LinkMeasure, lateAnswers } from './link-measure.ts';

function measure(times: readonly number[], asked = times.length): LinkMeasure {
  return { asked, answered: times.length, median: times[Math.floor(times.length / 2)] ?? Number.NaN, times };
}

test('answers are late when they come as after a packet that was sent again, or never', () => {
  const usual = measure([5, 6, 7, 30]);
  assert.equal(lateAnswers(measure([5, 40, 100, 200]), usual), 0, 'a busy machine loses nothing');
  assert.equal(lateAnswers(measure([5, 40, 221, 1000]), usual), 2);
  assert.equal(lateAnswers(measure([5, 40], 4), usual), 2);
});
