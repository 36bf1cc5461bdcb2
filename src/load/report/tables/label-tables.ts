// The two tables that JMeter's users know: Summary Report and Aggregate Report, with the columns that it has.

import type { LabelSummary, Latencies, LoadResults } from '../../results/load-results.ts';
import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import type { Row, Table } from './table.ts';

type Measured = Pick<LoadResults, 'labels' | 'total'>;

export function summaryTable({ labels, total }: Measured, words: Words, figures: Figures): Table {
  const { columns, summary } = words;
  const { label, samples, average, min, max, deviation, errors, throughput, received, sent, bytes } = columns;
  const row = (one: LabelSummary, isTotal: boolean): Row => {
    const { naive } = one;
    const times = [naive.mean, naive.min, naive.max, naive.deviation].map((ms) => figures.amount(ms));
    const cells = [
      ...[nameOf(one, words, isTotal), figures.count(one.count), ...times],
      ...[...shares(one, words, figures), figures.amount(one.meanBytes)],
    ];
    return { cells, isTotal, ...toneOf(one) };
  };
  return {
    ...summary,
    head: [label, samples, average, min, max, deviation, errors, throughput, received, sent, bytes],
    rows: [...labels.map((one) => row(one, false)), row(total, true)],
    words: 1,
  };
}

/** Two rows for a label that has a schedule: corrected, then naive. */
export function aggregateTable({ labels, total }: Measured, words: Words, figures: Figures): Table {
  const { columns, aggregate } = words;
  const { label, times, samples, average, median, line, min, max, errors, throughput, received, sent } =
    columns;
  const rows = (one: LabelSummary, isTotal: boolean): Row[] => {
    const row = (kind: string, latencies: Latencies): Row => ({
      cells: [
        ...[nameOf(one, words, isTotal), kind, figures.count(one.count)],
        ...latencyCells(latencies, figures),
        ...shares(one, words, figures),
      ],
      ...{ isTotal, ...toneOf(one) },
    });
    const naive = row(words.naive, one.naive);
    return one.corrected ? [row(words.corrected, one.corrected), naive] : [naive];
  };
  return {
    ...aggregate,
    head: [
      ...[label, times, samples, average, median, line(90), line(95), line(99), min, max],
      ...[errors, throughput, received, sent],
    ],
    rows: [...labels.flatMap((one) => rows(one, false)), ...rows(total, true)],
    words: 2,
  };
}

/** What the times in these tables mean. */
export function noteOnTimes({ labels, total }: Measured, { explained }: Words): string {
  const all = [...labels, total];
  if (all.every(({ corrected }) => corrected === undefined)) return explained.noSchedule;
  const isMixed = all.some(({ corrected }) => corrected === undefined);
  return isMixed ? `${explained.corrected} ${explained.someSchedule}` : explained.corrected;
}

function nameOf({ label, isTransaction }: LabelSummary, words: Words, isTotal: boolean): string {
  if (isTotal) return words.total;
  return isTransaction ? words.transaction(label) : label;
}

function latencyCells({ mean, p50, p90, p95, p99, min, max }: Latencies, figures: Figures): string[] {
  return [mean, p50, p90, p95, p99, min, max].map((ms) => figures.amount(ms));
}

function shares(one: LabelSummary, words: Words, figures: Figures): string[] {
  const { count, failed, throughputPerSecond, receivedKbPerSecond, sentKbPerSecond } = one;
  return [
    figures.percent(count === 0 ? 0 : (failed / count) * 100),
    words.perSecond(figures.amount(throughputPerSecond)),
    figures.amount(receivedKbPerSecond),
    figures.amount(sentKbPerSecond),
  ];
}

function toneOf({ failed }: LabelSummary): Pick<Row, 'tone'> {
  return failed > 0 ? { tone: 'bad' } : {};
}
