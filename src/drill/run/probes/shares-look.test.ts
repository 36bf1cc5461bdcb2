import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unfairness } from './shares-look.ts';

const shares = (...counts: number[]) => counts.map((count, at) => ({ name: `web-${at}`, count }));

test('shares within the limit are fair', () => {
  assert.equal(unfairness(shares(100, 110, 120), { every: true, times: 1.2 }), undefined);
});

test('the biggest share may not be more than so many times the smallest', () => {
  const saw = unfairness(shares(100, 121), { every: true, times: 1.2 });
  assert.equal(saw?.en, 'the biggest share is 1.21 times the smallest: web-0 100, web-1 121');
});

test('a replica that answered nothing is named where every one has to', () => {
  assert.equal(unfairness(shares(5, 0), { every: true })?.en, 'no answer of web-1');
  assert.equal(unfairness(shares(5, 0), { every: false, times: 1 }), undefined);
});

test('without a replica nothing is fair', () => {
  assert.equal(unfairness([], { every: true })?.en, 'no replica is ready');
});
