// Two runs side by side: what became faster, slower, more or less reliable, label by label.

import type { LabelSummary, LoadResults } from './load-results.ts';

export interface Comparison {
  readonly total: ComparedLabel;
  /** In the order of the second run, then those that only the first had. */
  readonly labels: readonly ComparedLabel[];
}

export interface ComparedLabel {
  readonly label: string;
  readonly metrics: readonly ComparedMetric[];
  /** It is in one of them only. */
  readonly only?: 'first' | 'second';
}

export interface ComparedMetric {
  readonly name: 'mean' | 'p50' | 'p95' | 'p99' | 'rate' | 'errors';
  readonly unit: 'ms' | '/s' | '%';
  readonly first: number;
  readonly second: number;
  /** second ÷ first; undefined where the first is 0. */
  readonly ratio?: number;
}

export type Compared = Pick<LoadResults, 'total' | 'labels'>;

export function compareRuns(first: Compared, second: Compared): Comparison {
  const before = new Map(first.labels.map((label) => [keyOf(label), label]));
  const after = new Set(second.labels.map(keyOf));
  const both = second.labels.map((label) => comparedLabel(before.get(keyOf(label)), label));
  const gone = first.labels.filter((label) => !after.has(keyOf(label)));
  return {
    total: comparedLabel(first.total, second.total),
    labels: [...both, ...gone.map((label) => comparedLabel(label, undefined))],
  };
}

function keyOf({ label, isTransaction }: LabelSummary): string {
  return `${isTransaction}\n${label}`;
}

function comparedLabel(first: LabelSummary | undefined, second: LabelSummary | undefined): ComparedLabel {
  const label = (second ?? first)?.label ?? '';
  if (!first || !second) return { label, metrics: [], only: first ? 'first' : 'second' };
  // What was measured from different moments cannot be compared.
  const [before, after] =
    first.corrected && second.corrected ? [first.corrected, second.corrected] : [first.naive, second.naive];
  const latency = (name: 'mean' | 'p50' | 'p95' | 'p99') => metric(name, 'ms', before[name], after[name]);
  return {
    label,
    metrics: [
      ...(['mean', 'p50', 'p95', 'p99'] as const).map(latency),
      metric('rate', '/s', first.throughputPerSecond, second.throughputPerSecond),
      metric('errors', '%', errorPercent(first), errorPercent(second)),
    ],
  };
}

function errorPercent({ failed, count }: LabelSummary): number {
  return count === 0 ? 0 : (failed / count) * 100;
}

function metric(
  name: ComparedMetric['name'],
  unit: ComparedMetric['unit'],
  first: number,
  second: number,
): ComparedMetric {
  return { name, unit, first, second, ...(first === 0 ? {} : { ratio: second / first }) };
}
