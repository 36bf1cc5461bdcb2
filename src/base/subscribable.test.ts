import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subscribable } from './subscribable.ts';

test('a listener removed in the middle of a round is not told', () => {
  const told: string[] = [];
  const subject = new Subscribable<number>();
  subject.subscribe(() => {
    told.push('first');
    removeSecond();
  });
  const removeSecond = subject.subscribe(() => told.push('second'));
  subject.subscribe(() => told.push('third'));
  subject.emit(1);
  assert.deepEqual(told, ['first', 'third']);
  assert.equal(subject.size, 2);
});

test('the same function may be added twice and is removed one at a time', () => {
  let told = 0;
  const subject = new Subscribable<void>();
  const listener = () => {
    told++;
  };
  const remove = subject.subscribe(listener);
  subject.subscribe(listener);
  remove();
  remove();
  subject.emit();
  assert.equal(told, 1);
});
