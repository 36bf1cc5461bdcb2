import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsFor } from '../drill/report/words/words.ts';
import type { DrillProgress } from '../drill/run/progress.ts';
import { told } from '../drill/told.ts';
import { progressLine, waitText } from './drill-progress.ts';

const fact = told('it is English', 'es español');
const name = 'node-stop';
const all: readonly DrillProgress[] = [
  { type: 'starting', waitsFor: fact },
  { type: 'load', url: 'http://web/', what: fact },
  { type: 'fault', name, victims: fact },
  { type: 'proven', name, evidence: fact, afterMs: 7 },
  { type: 'not-proven', why: fact },
  { type: 'undone', name, remains: [fact] },
  { type: 'recovery', waitsFor: fact },
  { type: 'never-recovered', why: fact },
  { type: 'halted', why: fact },
];

test('whatever a drill tells while it goes on is told in the language of who watches', () => {
  for (const language of ['en', 'es'] as const) {
    const words = wordsFor(language);
    for (const progress of all) {
      const text = waitText(progress, words) ?? progressLine(progress, words);
      assert.ok(text?.includes(fact[language]), `${progress.type}: ${text}`);
      assert.ok(!text?.includes(fact[language === 'en' ? 'es' : 'en']), progress.type);
    }
  }
});

test('a fault that hits nobody in particular is told by its name alone', () => {
  assert.equal(progressLine({ type: 'fault', name: 'surge' }, wordsFor('es')), 'Fallo: surge');
});
