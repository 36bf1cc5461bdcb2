import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { Expectations } from './expectations.ts';

test('creations are awaited one by one', () => {
  const expectations = new Expectations(new FakeClock());
  assert.equal(expectations.satisfied('a'), true);
  expectations.expectCreations('a', 2);
  expectations.creationObserved('a');
  assert.equal(expectations.satisfied('a'), false);
  assert.equal(expectations.satisfied('b'), true);
  expectations.creationObserved('a');
  assert.equal(expectations.satisfied('a'), true);
});

test('a deletion seen twice counts once, one of a stranger not at all', () => {
  const expectations = new Expectations(new FakeClock());
  expectations.expectDeletions('a', ['x', 'y']);
  expectations.deletionObserved('a', 'x');
  expectations.deletionObserved('a', 'x');
  expectations.deletionObserved('a', 'z');
  assert.equal(expectations.satisfied('a'), false);
  expectations.deletionObserved('a', 'y');
  assert.equal(expectations.satisfied('a'), true);
});

test('what never comes is given up after five minutes, what is forgotten at once', () => {
  const clock = new FakeClock();
  const expectations = new Expectations(clock);
  expectations.expectCreations('a', 1);
  clock.advance(300_000);
  assert.equal(expectations.satisfied('a'), false);
  clock.advance(1);
  assert.equal(expectations.satisfied('a'), true);
  expectations.expectCreations('a', 1);
  expectations.forget('a');
  assert.equal(expectations.satisfied('a'), true);
});
