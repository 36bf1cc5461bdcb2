import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertSpanish, assertTold, shownOf } from '../../../tests/support/drill/languages.ts';
import { richResult } from '../../../tests/support/drill/rich-result.ts';
import type { Language } from '../../base/language.ts';
import { told } from '../told.ts';
import type { AllResults } from './all-results.ts';
import { allText } from './all-text.ts';
import { drillText } from './drill-text.ts';
import { allPage } from './html/all-page.ts';
import { drillPage } from './html/drill-page.ts';
import { junitOf } from './junit.ts';
import { jsonOf } from './result-json.ts';

const result = richResult();
const { scenario } = result;
const all: AllResults = {
  attempts: [
    { scenario, result },
    { scenario, refused: told('node-partition is not possible here', 'node-partition no es posible aquí') },
  ],
  answered: [
    {
      question: { id: 'x', group: 'nine', text: told('Is it there?', '¿Está ahí?') },
      answer: { answer: 'yes', evidence: told('it is there', 'está ahí') },
    },
  ],
  ...{ startedAt: 0, durationMs: 1_000 },
};
const reports: Readonly<Record<string, (language: Language) => string>> = {
  'a drill on a terminal': (language) => drillText(result, language),
  'a drill as a page': (language) => shownOf(drillPage(result, language)),
  'several drills on a terminal': (language) => allText(all, language),
  'several drills as a page': (language) => shownOf(allPage(all, language)),
};
/** Four words in a row are a sentence; what is in no language of ours has fewer, but for a command. */
const sentence = /(\p{L}{2,}[,:;]? ){3}\p{L}{2,}/u;

suite('in Spanish nothing is left in English', () => {
  for (const [what, report] of Object.entries(reports)) {
    test(what, () => {
      const [english, spanish] = [report('en'), report('es')];
      assertSpanish(spanish);
      const lines = new Set(english.split('\n').map((line) => line.trim()));
      const same = spanish.split('\n').filter((line) => lines.has(line.trim()) && sentence.test(line));
      assert.deepEqual(
        same,
        [result.command].filter((line) => spanish.includes(line)),
      );
    });
  }
});

test('every reason of the worst of drills is told in both languages', () => {
  assert.ok(result.reasons.length > 15, String(result.reasons.length));
  for (const reason of result.reasons) assertTold(reason, reason.en);
});

test('what programs read is English, whatever the report speaks', () => {
  const json = JSON.parse(JSON.stringify(jsonOf(result)));
  for (const reason of json.reasons) assert.equal(typeof reason, 'string');
  const [run] = json.runs;
  const { proof } = run.faults[0];
  assert.equal(proof.evidence, 'its process is gone');
  assert.equal(typeof run.accounting.causes[0].seen, 'string');
  assert.deepEqual(json.scenario.title, scenario.title, 'what was written in two languages stays so');
  const { runs, reasons } = json;
  assert.doesNotMatch(JSON.stringify({ runs, reasons }), /"es":|detenido|no se /);
  assert.doesNotMatch(junitOf([result]), /detenido|no se |Disponibilidad/);
});
