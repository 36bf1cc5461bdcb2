// The aggregate table as CSV, with the columns of JMeter's "Save Table Data" first and ours behind them. The same in every language.

import { stringify } from 'csv-stringify/sync';
import type { LabelSummary, Latencies, LoadResults } from '../results/load-results.ts';

type Measured = Pick<LoadResults, 'labels' | 'total'>;

const columns = [
  ...['Label', '# Samples', 'Average', 'Median', '90% Line', '95% Line', '99% Line', 'Min', 'Max', 'Error %'],
  ...['Throughput', 'Received KB/sec', 'Sent KB/sec', 'Std. Dev.', 'Avg. Bytes', 'Failed', 'Transaction'],
  ...['Corrected Average', 'Corrected Median', 'Corrected 90%', 'Corrected 95%', 'Corrected 99%'],
  'Corrected Max',
];

/** Milliseconds with three digits behind the point; corrected columns are empty where there is no schedule. */
export function aggregateCsv({ labels, total }: Measured): string {
  const rows = [...labels, total].map(rowOf);
  // A label such as `=1+1` is a text in spreadsheets, too.
  return stringify([columns, ...rows], { escape_formulas: true, record_delimiter: 'windows' });
}

function rowOf(one: LabelSummary): string[] {
  const { label, isTransaction, count, failed, naive, corrected } = one;
  const share = count === 0 ? 0 : (failed / count) * 100;
  return [
    ...[label, String(count), ...latencies(naive), number(naive.min), number(naive.max)],
    ...[`${share.toFixed(3)}%`, number(one.throughputPerSecond), number(one.receivedKbPerSecond)],
    ...[number(one.sentKbPerSecond), number(naive.deviation), number(one.meanBytes)],
    ...[String(failed), String(isTransaction)],
    ...(corrected ? [...latencies(corrected), number(corrected.max)] : Array.from({ length: 6 }, () => '')),
  ];
}

function latencies({ mean, p50, p90, p95, p99 }: Latencies): string[] {
  return [mean, p50, p90, p95, p99].map(number);
}

function number(value: number): string {
  return value.toFixed(3);
}
