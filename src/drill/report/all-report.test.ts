import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drillResult, runEvidence } from '../../../tests/support/drill/drill-result.ts';
import { measured } from '../../../tests/support/drill/findings.ts';
import { type Attempt, verdictOfAll } from '../run/run-several.ts';
import { told } from '../told.ts';
import type { DrillResult, Verdict } from '../verdict/evidence.ts';
import { allJsonOf } from './all-results.ts';
import { allText } from './all-text.ts';
import { allPage } from './html/all-page.ts';

function attempt(verdict: Verdict, ...availabilities: number[]): Attempt {
  const runs = availabilities.map((value) =>
    runEvidence({ measured: { availability: measured('availability', value) } }),
  );
  const result: DrillResult = drillResult(
    { verdict, reasons: verdict === 'pass' ? [] : [told('it was bad', 'fue mal')] },
    runs,
  );
  return { scenario: result.scenario, result };
}

const refused: Attempt = {
  scenario: drillResult().scenario,
  refused: told('no <machinery> here', 'aquí no hay <machinery>'),
};
const times = { startedAt: 0, durationMs: 1_000 };

test('any fail is a fail of all, else any inconclusive; what could not be begun counts for neither', () => {
  assert.equal(verdictOfAll([attempt('pass'), attempt('inconclusive'), attempt('fail')]), 'fail');
  assert.equal(verdictOfAll([attempt('pass'), attempt('inconclusive')]), 'inconclusive');
  assert.equal(verdictOfAll([refused, attempt('pass')]), 'pass');
  assert.equal(verdictOfAll([refused]), undefined);
});

test('the table has the worst of repeats', () => {
  const text = allText({ attempts: [attempt('fail', 1, 0.9, 0.95)], ...times }, 'en');
  assert.match(text, /A replica dies +90(\.00)? % .* fail/);
  assert.match(text, /it was bad/);
});

test('what could not be begun is in all reports, with why', () => {
  const all = { attempts: [refused, attempt('pass', 1)], ...times };
  assert.match(allText(all, 'en', 200), /not possible here: no <machinery> here/);
  assert.match(allPage(all, 'es'), /no es posible aquí: aquí no hay &lt;machinery&gt;/);
  const { drills } = allJsonOf(all) as { drills: { verdict: string }[] };
  assert.deepEqual(
    drills.map(({ verdict }) => verdict),
    ['not possible here', 'pass'],
  );
});

test('questions are shown with their evidence', () => {
  const question = { id: 'x', group: 'classic' as const, text: { en: 'Is it?', es: '¿Lo es?' } };
  const answered = [{ question, answer: { answer: 'yes' as const, evidence: told('it is', 'lo es') } }];
  const all = { attempts: [attempt('pass', 1)], answered, ...times };
  assert.match(allText(all, 'es'), /sí +¿Lo es\?\n +lo es/);
  assert.match(allPage(all, 'en'), /Is it\?[\s\S]*it is/);
});
