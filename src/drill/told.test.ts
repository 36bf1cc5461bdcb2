import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asIs, headed, inEnglish, joined, ToldError, told, toldOf } from './told.ts';

const fact = told('it is late', 'es tarde');

test('facts are put together in each language', () => {
  assert.deepEqual(joined([fact, asIs('9:00')], ', '), { en: 'it is late, 9:00', es: 'es tarde, 9:00' });
  assert.deepEqual(headed('clock', fact), { en: 'clock: it is late', es: 'clock: es tarde' });
});

test('an error that was told is told in both languages, any other in its own words', () => {
  const error = new ToldError(fact);
  assert.equal(error.message, 'it is late');
  assert.deepEqual(toldOf(error), fact);
  assert.deepEqual(toldOf(new Error('EPIPE')), asIs('EPIPE'));
});

test('programs get the English of every fact, and everything else as it is', () => {
  const data = { why: fact, list: [fact, 1, null], part: { en: 'x' }, none: undefined };
  const plain = { why: 'it is late', list: ['it is late', 1, null], part: { en: 'x' }, none: undefined };
  assert.deepEqual(inEnglish(data), plain);
});
