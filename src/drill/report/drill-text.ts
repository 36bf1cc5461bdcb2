// What a terminal shows of a drill when it is over.

import { Figures } from '../../load/report/figures.ts';
import type { Table } from '../../load/report/tables/table.ts';
import { textTable } from '../../load/report/tables/text-table.ts';
import type { DrillResult, RunEvidence } from '../verdict/evidence.ts';
import { accountingLine, causesTable, comparisonLine, matrixTable } from './tables/accounting-tables.ts';
import { chainTable, probesTable } from './tables/events-tables.ts';
import { expectationsTable } from './tables/expectations-table.ts';
import type { Words } from './words/en.ts';
import { type Language, wordsFor } from './words/words.ts';

/** Several lines, without one at the end. */
export function drillText(result: DrillResult, language: Language): string {
  const words = wordsFor(language);
  const parts = result.runs.flatMap((run) => [
    ...(result.runs.length > 1 ? [`── ${words.titles.run(run.index + 1)}`] : []),
    ...runParts(run, words, new Figures(language)),
  ]);
  return [...parts, verdictPart(result, words)].join('\n\n');
}

function runParts(run: RunEvidence, words: Words, figures: Figures): string[] {
  const { accounting, probes, outcomes } = run;
  const matrix = matrixTable(accounting, words, figures);
  const account = [accountingLine(accounting, words), comparisonLine(accounting, words)];
  const tables: (Table | undefined)[] = [
    causesTable(accounting, words, figures),
    probesTable(probes, words, figures),
  ];
  return [
    textTable(chainTable(run, words, false)),
    [...account, ...(matrix ? textTable(matrix).split('\n').slice(1) : [])].join('\n'),
    ...tables.flatMap((table) => (table ? [textTable(table)] : [])),
    ...(outcomes.length > 0 ? [textTable(expectationsTable(outcomes, words, figures))] : []),
  ];
}

function verdictPart({ verdict, reasons }: DrillResult, words: Words): string {
  return [words.verdictIs(words.verdict[verdict]), ...reasons.map((reason) => `  ${reason}`)].join('\n');
}
