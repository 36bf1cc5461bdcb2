// Several drills in one table: the availability report of a system; and the questions with their answers.

import type { Language } from '../../../base/language.ts';
import type { Figures } from '../../../load/report/figures.ts';
import type { Row, Table } from '../../../load/report/tables/table.ts';
import type { Answered } from '../../evaluation/question.ts';
import type { Attempt } from '../../run/run-several.ts';
import type { Measure } from '../../scenario/scenario.ts';
import type { DrillResult, Verdict } from '../../verdict/evidence.ts';
import { measuredText } from '../figure.ts';
import type { Words } from '../words/en.ts';

const tones = { pass: 'good', fail: 'bad', inconclusive: undefined } as const;

export function availabilityTable(
  attempts: readonly Attempt[],
  language: Language,
  words: Words,
  figures: Figures,
): Table {
  const { columns, measures } = words;
  const shown = ['availability', 'failedRequests', 'trafficRto', 'capacityRto', 'p99'] as const;
  return {
    title: words.titles.all,
    caption: '',
    head: [columns.area, columns.drill, ...shown.map((measure) => measures[measure]), columns.verdict],
    rows: attempts.map((attempt) => rowOf(attempt, shown, { language, words, figures })),
    words: 2,
  };
}

interface Shown {
  readonly language: Language;
  readonly words: Words;
  readonly figures: Figures;
}

function rowOf(
  { scenario, result, refused }: Attempt,
  shown: readonly Measure[],
  { language, words, figures }: Shown,
): Row {
  const tone = result && tones[result.verdict];
  const values = shown.map((measure) => worstText(result, measure, figures) ?? words.none);
  const verdict = result
    ? words.verdict[result.verdict]
    : `${words.answers.impossible}: ${refused?.[language] ?? words.none}`;
  return {
    cells: [words.areas[scenario.area], scenario.title[language] ?? scenario.name, ...values, verdict],
    ...(tone ? { tone } : {}),
  };
}

/** Of repeats the worst. */
function worstText(result: DrillResult | undefined, measure: Measure, figures: Figures): string | undefined {
  const all = (result?.runs ?? []).flatMap(({ measured }) => measured[measure] ?? []);
  const known = all.filter(({ value }) => value !== undefined);
  const sign = measure === 'availability' ? 1 : -1;
  const [worst] = known.toSorted((a, b) => sign * (Number(a.value) - Number(b.value)));
  return measuredText(worst, figures);
}

export function countsText(attempts: readonly Attempt[], words: Words): string {
  const count = (verdict: Verdict) => attempts.filter(({ result }) => result?.verdict === verdict).length;
  return words.counts(count('pass'), count('fail'), count('inconclusive'));
}

/** One of the two groups. */
export function questionsTable(
  answered: readonly Answered[],
  group: Answered['question']['group'],
  language: Language,
  words: Words,
): Table {
  const { columns, titles, answers } = words;
  const answerTones = { yes: 'good', no: 'bad', impossible: undefined } as const;
  return {
    title: titles[group],
    caption: titles[group],
    head: [columns.question, columns.evidence, columns.answer],
    rows: answered
      .filter(({ question }) => question.group === group)
      .map(({ question, answer: { answer, evidence } }): Row => {
        const tone = answerTones[answer];
        return {
          cells: [question.text[language], evidence[language], answers[answer]],
          ...(tone ? { tone } : {}),
        };
      }),
    words: 3,
  };
}
