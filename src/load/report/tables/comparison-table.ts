// Two runs side by side, as a table.

import type { ComparedLabel, ComparedMetric, Comparison } from '../../results/compare.ts';
import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import type { Row, Table } from './table.ts';

/** Less than this is taken for chance: two runs are never alike. */
const noise = 0.05;
/** Percentage points of errors that count as a change. */
const errorNoise = 0.01;

export function comparisonTable({ labels, total }: Comparison, words: Words, figures: Figures): Table {
  const { title, caption, columns } = words.compare;
  const rows = [
    ...labels.flatMap((label) => rowsOf(label, words, figures)),
    ...rowsOf({ ...total, label: words.total }, words, figures).map((row) => ({ ...row, isTotal: true })),
  ];
  return { title, caption, head: columns, rows, words: 2 };
}

function rowsOf({ label, metrics, only }: ComparedLabel, words: Words, figures: Figures): Row[] {
  if (only) return [{ cells: [label, words.compare.only[only], '', '', '', ''] }];
  return metrics.map((metric) => rowOf(label, metric, words, figures));
}

function rowOf(label: string, metric: ComparedMetric, { compare }: Words, figures: Figures): Row {
  const { name, unit, first, second, ratio } = metric;
  const shown = (value: number) => (unit === '%' ? figures.percent(value) : figures.amount(value));
  const change = changeOf(metric);
  const times = ratio === undefined ? '-' : figures.amount(ratio);
  return {
    cells: [label, compare.metrics[name], shown(first), shown(second), compare[change], times],
    ...(change === 'same' ? {} : { tone: change === 'better' ? 'good' : 'bad' }),
  };
}

export function changeOf({ name, first, second }: ComparedMetric): 'better' | 'worse' | 'same' {
  const least = name === 'errors' ? errorNoise : Math.abs(first) * noise;
  if (Math.abs(second - first) <= least) return 'same';
  const isMore = second > first;
  return isMore === (name === 'rate') ? 'better' : 'worse';
}
