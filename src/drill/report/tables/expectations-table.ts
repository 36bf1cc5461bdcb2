// What was expected, what was measured, and what that comes to.

import type { Figures } from '../../../load/report/figures.ts';
import type { Row, Table } from '../../../load/report/tables/table.ts';
import type { ExpectationOutcome } from '../../verdict/evidence.ts';
import { measuredText, uncertaintyText } from '../figure.ts';
import type { Words } from '../words/en.ts';

const tones = { met: 'good', broken: 'bad', undecided: undefined } as const;

export function expectationsTable(
  outcomes: readonly ExpectationOutcome[],
  words: Words,
  figures: Figures,
): Table {
  const { columns } = words;
  return {
    title: words.titles.expectations,
    caption: '',
    head: [columns.expectation, columns.measured, columns.limit, columns.uncertainty, columns.result],
    rows: outcomes.map((outcome) => rowOf(outcome, words, figures)),
    words: 1,
  };
}

function rowOf(
  { expectation, result, measured, why }: ExpectationOutcome,
  words: Words,
  figures: Figures,
): Row {
  const { measure, during, limit } = expectation;
  const tone = tones[result];
  return {
    cells: [
      `${words.measures[measure]}${words.during[during]}`,
      measuredText(measured, figures) ?? words.none,
      limit.text,
      uncertaintyText(measured, figures),
      why === undefined || result === 'met'
        ? words.results[result]
        : `${words.results[result]}: ${why[words.language]}`,
    ],
    ...(tone ? { tone } : {}),
  };
}
