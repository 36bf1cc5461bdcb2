import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { statesUntil } from './states-until.ts';

function sorry(at: number, due: boolean, uncertaintyMs = 0): TimelineEvent {
  return { at, uncertaintyMs, source: 'balancer', type: 'sorry', due, subject: 'web', text: '' };
}

test('a state lasts as long as it may have lasted', () => {
  const events = [sorry(1_000, true), sorry(2_000, false), sorry(5_000, true), sorry(9_000, false, 400)];
  assert.equal(statesUntil(8_000, events), 9_400);
  assert.equal(statesUntil(9_200, events), 9_400, 'perhaps it was over only then');
  assert.equal(statesUntil(9_500, events), undefined);
  assert.equal(statesUntil(8_000, []), undefined);
});
