// Who came, who went: the identity in a line, the matrix of both sides, and why requests failed.

import type { Figures } from '../../../load/report/figures.ts';
import type { Table } from '../../../load/report/tables/table.ts';
import type { Accounting } from '../../accounting/accounting.ts';
import type { Words } from '../words/en.ts';

export function accountingLine({ sent, bySample, remainder }: Accounting, words: Words): string {
  return words.accounting({ sent, ...bySample, remainder });
}

/** What came of the comparison with the balancer. */
export function comparisonLine({ matrix, why, binsRemainder }: Accounting, words: Words): string {
  if (!matrix) return words.noRecords(why?.[words.language] ?? words.none);
  if (binsRemainder === undefined) return why === undefined ? '' : words.noRecords(why[words.language]);
  return binsRemainder === 0 ? words.binsAgree : words.binsDiffer(binsRemainder);
}

/** Undefined where nobody's records can be compared. */
export function matrixTable({ matrix }: Accounting, words: Words, figures: Figures): Table | undefined {
  if (!matrix) return undefined;
  const { columns } = words;
  return {
    title: words.titles.accounting,
    caption: '',
    head: [columns.generator, columns.balancer, columns.name, columns.count],
    rows: matrix.map(({ sample, record, name, count }) => ({
      cells: [
        words.outcomes[sample],
        words.records[record],
        name === undefined ? '' : words.cells[name],
        figures.count(count),
      ],
      ...(name === 'unexplained' ? { tone: 'bad' as const } : {}),
    })),
    words: 3,
  };
}

/** Undefined where nothing failed. */
export function causesTable({ causes }: Accounting, words: Words, figures: Figures): Table | undefined {
  if (causes.length === 0) return undefined;
  const { columns } = words;
  return {
    title: words.titles.causes,
    caption: '',
    head: [columns.cause, columns.seen, columns.examples, columns.count],
    rows: causes.map(({ cause, seen, examples, count }) => ({
      cells: [
        cause?.[words.language] ?? words.unattributed,
        seen[words.language],
        examples.slice(0, 3).join(' '),
        figures.count(count),
      ],
      ...(cause === undefined ? { tone: 'bad' as const } : {}),
    })),
    words: 3,
  };
}
