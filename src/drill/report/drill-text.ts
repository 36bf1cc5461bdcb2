// What a terminal shows of a drill when it is over.

import type { Language } from '../../base/language.ts';
import { Figures } from '../../load/report/figures.ts';
import type { Table } from '../../load/report/tables/table.ts';
import type { DrillResult, RunEvidence } from '../verdict/evidence.ts';
import { accountingLine, causesTable, comparisonLine, matrixTable } from './tables/accounting-tables.ts';
import { chainTable, probesTable } from './tables/events-tables.ts';
import { expectationsTable } from './tables/expectations-table.ts';
import { usualColumns, wrappedTable } from './tables/wrapped-table.ts';
import type { Words } from './words/en.ts';
import { wordsFor } from './words/words.ts';

/** Several lines, without one at the end. `columns`: of the terminal. */
export function drillText(result: DrillResult, language: Language, columns = usualColumns): string {
  const words = wordsFor(language);
  const parts = result.runs.flatMap((run) => [
    ...(result.runs.length > 1 ? [`── ${words.titles.run(run.index + 1)}`] : []),
    ...runParts(run, words, new Figures(language), columns),
  ]);
  return [...parts, verdictPart(result, words)].join('\n\n');
}

function runParts(run: RunEvidence, words: Words, figures: Figures, columns: number): string[] {
  const { accounting, probes, outcomes } = run;
  const text = (table: Table) => wrappedTable(table, columns);
  const matrix = matrixTable(accounting, words, figures);
  const account = [accountingLine(accounting, words), comparisonLine(accounting, words)];
  const tables: (Table | undefined)[] = [
    causesTable(accounting, words, figures),
    probesTable(probes, words, figures),
  ];
  return [
    text(chainTable(run, words, false)),
    [...account, ...(matrix ? text(matrix).split('\n').slice(1) : [])].join('\n'),
    ...tables.flatMap((table) => (table ? [text(table)] : [])),
    ...(outcomes.length > 0 ? [text(expectationsTable(outcomes, words, figures))] : []),
  ];
}

function verdictPart({ verdict, reasons }: DrillResult, words: Words): string {
  const lines = reasons.map((reason) => `  ${reason[words.language]}`);
  return [words.verdictIs(words.verdict[verdict]), ...lines].join('\n');
}
