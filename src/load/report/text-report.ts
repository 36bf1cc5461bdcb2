// What came of a run, for a terminal: the facts, the two tables, errors, the knee, the state of the generator, thresholds.

import type { Language } from '../../base/language.ts';
import { kneeOf } from '../results/knee.ts';
import type { LoadResults } from '../results/load-results.ts';
import { factsOf, signText, verdictText } from './facts.ts';
import { Figures } from './figures.ts';
import { aggregateTable, noteOnTimes, summaryTable } from './tables/label-tables.ts';
import { errorsTable, kneeTable, kneeText, thresholdsTable } from './tables/other-tables.ts';
import { padded, plain, textTable } from './tables/text-table.ts';
import type { Words } from './words/en.ts';
import { wordsFor } from './words/words.ts';

/** Ends in a newline. */
export function textReport(results: LoadResults, language: Language): string {
  const words = wordsFor(language);
  const figures = new Figures(language);
  const knee = kneeOf(results);
  const parts = [
    factLines(factsOf(results, words, figures)),
    textTable(summaryTable(results, words, figures)),
    `${textTable(aggregateTable(results, words, figures))}\n${noteOnTimes(results, words)}`,
    results.total.failed > 0 && textTable(errorsTable(results, words, figures)),
    knee && `${textTable(kneeTable(knee, words, figures))}\n${kneeText(knee, results, words, figures)}`,
    results.saturation.isSaturated && saturationText(results.saturation, words, figures),
    results.thresholds.length > 0 && textTable(thresholdsTable(results.thresholds, words, figures)),
    results.thresholds.length > 0 && verdictText(results, words),
  ];
  return `${parts.filter((part) => typeof part === 'string').join('\n\n')}\n`;
}

function saturationText({ signs }: LoadResults['saturation'], words: Words, figures: Figures): string {
  const { title, text } = words.saturation;
  const lines = signs.map((sign) => `- ${signText(sign, words, figures)}`);
  return [`${title.toUpperCase()}. ${text}`, ...lines].join('\n');
}

function factLines(facts: readonly (readonly [string, string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${padded(name, width, 'left')}  ${plain(value)}`).join('\n');
}
