import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drillResult, runEvidence } from '../../../tests/support/drill/drill-result.ts';
import { asIs } from '../told.ts';
import { drillText } from './drill-text.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';

test('a terminal sees the identity of the accounting, the expectations and the verdict last', () => {
  const text = drillText(drillResult({ verdict: 'fail', reasons: [asIs('too slow')] }), 'en');
  assert.match(
    text,
    /5000 sent = 4998 ok \+ 2 failed \+ 0 turned away \+ 0 sorry \+ 0 in flight; remainder 0/,
  );
  assert.match(text, /Availability +100 % +>=99\.5% +met/);
  assert.match(text, /Verdict: fail\n {2}too slow$/);
});

test('where nobody wrote anything down, that is said', () => {
  const { accounting } = runEvidence();
  const run = runEvidence({
    accounting: { ...accounting, why: asIs("no access to the balancer's records") },
  });
  assert.match(
    drillText(drillResult({}, [run]), 'en'),
    /not possible: no access to the balancer's records\./,
  );
});

test('each of several runs has its own part', () => {
  const text = drillText(drillResult({}, [runEvidence(), runEvidence({ index: 1 })]), 'es');
  assert.match(text, /── Ejecución 1/);
  assert.match(text, /── Ejecución 2/);
});

test('no word is left in the other language by mistake', () => {
  const [english, spanish] = [wordsIn(en), wordsIn(es)];
  assert.deepEqual([...spanish.keys()], [...english.keys()]);
  const same = [...english].filter(([key, word]) => word.length > 6 && spanish.get(key) === word);
  assert.deepEqual(same, []);
});

function wordsIn(words: object, at = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, word]) => {
      if (typeof word === 'string') return [[`${at}${key}`, word] as const];
      return typeof word === 'object' ? [...wordsIn(word, `${at}${key}.`)] : [];
    }),
  );
}
