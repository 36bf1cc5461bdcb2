// Ages as kubectl prints them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ageSince, humanDuration } from './duration.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('humanDuration', () => {
  const cases: [ms: number, text: string][] = [
    [-2 * second, '<invalid>'],
    [-1.9 * second, '0s'],
    [0, '0s'],
    [119.9 * second, '119s'],
    [2 * minute, '2m'],
    [5 * minute + 10 * second, '5m10s'],
    [10 * minute + 10 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 59 * minute, '7h59m'],
    [8 * hour + 59 * minute, '8h'],
    [47 * hour, '47h'],
    [48 * hour, '2d'],
    [52 * hour, '2d4h'],
    [8 * day + hour, '8d'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [742 * day, '2y12d'],
    [8 * 365 * day, '8y'],
  ];
  for (const [ms, text] of cases) it(`prints ${text}`, () => assert.equal(humanDuration(ms), text));

  it('does not know the age of what has no time', () => {
    assert.equal(ageSince(undefined, 0), '<unknown>');
    assert.equal(ageSince('1970-01-01T00:00:00Z', 90_000), '90s');
  });
});
