// What became of an application from one run to another, for a terminal.

import type { Language } from '../../base/language.ts';
import { compareRuns } from '../results/compare.ts';
import type { LoadResults } from '../results/load-results.ts';
import { Figures } from './figures.ts';
import { comparisonTable } from './tables/comparison-table.ts';
import { textTable } from './tables/text-table.ts';
import { wordsFor } from './words/words.ts';

/** A run, and what its user calls it. */
export interface NamedRun {
  readonly name: string;
  readonly results: LoadResults;
}

/** Ends in a newline. */
export function comparisonReport(first: NamedRun, second: NamedRun, language: Language): string {
  const words = wordsFor(language);
  const table = comparisonTable(compareRuns(first.results, second.results), words, new Figures(language));
  const doubts = [first, second]
    .filter(({ results }) => results.saturation.isSaturated)
    .map(({ name }) => words.compare.saturated(name));
  return `${[textTable(table), table.caption, ...doubts].join('\n')}\n`;
}
