// What a terminal shows when several drills are over.

import type { Language } from '../../base/language.ts';
import { Figures } from '../../load/report/figures.ts';
import { plain } from '../../load/report/tables/text-table.ts';
import type { Answered } from '../evaluation/question.ts';
import type { AllResults } from './all-results.ts';
import { availabilityTable, countsText } from './tables/availability-table.ts';
import { usualColumns, wrappedTable } from './tables/wrapped-table.ts';
import type { Words } from './words/en.ts';
import { wordsFor } from './words/words.ts';

/** Several lines, without one at the end. `columns`: of the terminal. */
export function allText(
  { attempts, answered }: AllResults,
  language: Language,
  columns = usualColumns,
): string {
  const words = wordsFor(language);
  const table = availabilityTable(attempts, language, words, new Figures(language));
  const reasons = attempts.flatMap(({ scenario, result }) =>
    result && result.reasons.length > 0
      ? [scenario.name, ...result.reasons.map((reason) => `  ${reason[language]}`)]
      : [],
  );
  const questions = (['nine', 'classic'] as const).flatMap((group) =>
    answered ? [questionsText(answered, group, language, words)] : [],
  );
  const parts = [wrappedTable(table, columns), reasons.join('\n'), ...questions, countsText(attempts, words)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Evidence is too long for a column. */
function questionsText(
  answered: readonly Answered[],
  group: Answered['question']['group'],
  language: Language,
  { titles, answers }: Words,
): string {
  const width = Math.max(...Object.values(answers).map((word) => word.length));
  const own = answered.filter(({ question }) => question.group === group);
  const lines = own.flatMap(({ question, answer: { answer, evidence } }) => [
    `${answers[answer].padEnd(width)}  ${question.text[language]}`,
    `${' '.repeat(width)}  ${plain(evidence[language])}`,
  ]);
  return [titles[group], ...lines].join('\n');
}
