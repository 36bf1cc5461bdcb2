import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedStatus, statusRangesProblem } from './expected-status.ts';

test('codes and ranges are expected, their ends included', () => {
  const isExpected = expectedStatus('200-299, 304,404');
  const taken = [199, 200, 250, 299, 300, 304, 404, 405].filter(isExpected);
  assert.deepEqual(taken, [200, 250, 299, 304, 404]);
});

test('what is no list of codes is said and not taken', () => {
  for (const text of [
    '',
    '200-',
    '-200',
    '399-200',
    '99',
    '600',
    '2xx',
    '200,,204',
    '200 204',
    '200-300-400',
  ]) {
    assert.match(statusRangesProblem(text) ?? '', /such as "200-399"/, text);
    assert.throws(() => expectedStatus(text), RangeError, text);
  }
  assert.equal(statusRangesProblem('200-399'), undefined);
});
