// The live view as lines of text.

import type { Second, SecondOfLabel } from '../../results/second.ts';
import type { Figures } from '../figures.ts';
import { cut, padded, plain } from '../tables/text-table.ts';
import type { Words } from '../words/en.ts';
import { isStrained, type LiveFigures, type LiveLabel } from './live-figures.ts';

export interface Moment {
  readonly elapsedMs: number;
  /** Undefined: nobody knows. */
  readonly plannedMs: number | undefined;
  readonly inFlight: number;
}

const mostLabels = 12;
const longestLabel = 40;

/** The whole screen. */
export function screenLines(live: LiveFigures, moment: Moment, words: Words, figures: Figures): string[] {
  const { last } = live;
  const time = timeLine(moment, words, figures);
  if (!last) return [time, '', words.live.waiting];
  return [
    time,
    '',
    ...trafficLines(live, last, moment, words, figures),
    '',
    ...timesLines(last.total, words, figures),
    '',
    ...generatorLines(last, words, figures),
    '',
    ...labelLines(live.labels, words, figures),
    '',
    words.live.howToStop,
  ];
}

/** One line for where nothing can be painted over. */
export function plainLine(live: LiveFigures, { elapsedMs }: Moment, words: Words, figures: Figures): string {
  const { last } = live;
  const time = padded(figures.duration(Math.round(elapsedMs / 1_000) * 1_000), 8, 'right');
  if (!last) return `${time}  ${words.live.waiting}`;
  const { count, failed, p50, p99 } = { ...last.total, ...last.total.corrected };
  const text = words.live.line({
    ...{ users: figures.count(last.users), rate: figures.count(count), failedRate: figures.count(failed) },
    ...{ p50: figures.amount(p50), p99: figures.amount(p99), dropped: figures.count(live.dropped) },
  });
  return `${time}  ${text}${isStrained(last.generator) ? ` (${words.live.strainedShort})` : ''}`;
}

function timeLine({ elapsedMs, plannedMs }: Moment, { live }: Words, figures: Figures): string {
  const whole = (ms: number) => figures.duration(Math.floor(ms / 1_000) * 1_000);
  return live.elapsed(whole(elapsedMs), plannedMs === undefined ? undefined : figures.duration(plannedMs));
}

function trafficLines(
  live: LiveFigures,
  { users, total }: Second,
  { inFlight }: Moment,
  words: Words,
  figures: Figures,
): string[] {
  const share = figures.percent(live.count === 0 ? 0 : (live.failed / live.count) * 100);
  return [
    words.live.traffic(figures.count(users), figures.count(inFlight), figures.count(live.dropped)),
    words.live.rate(figures.count(total.count), figures.count(total.failed)),
    words.live.soFar(figures.count(live.count), figures.count(live.failed), share),
  ];
}

function timesLines(total: SecondOfLabel, words: Words, figures: Figures): string[] {
  const width = Math.max(words.naive.length, words.corrected.length);
  const line = (kind: string, { p50, p95, p99, max }: Pick<SecondOfLabel, 'p50' | 'p95' | 'p99' | 'max'>) => {
    const [a = '', b = '', c = '', d = ''] = [p50, p95, p99, max].map((ms) =>
      padded(figures.amount(ms), 6, 'right'),
    );
    return words.live.times(padded(kind, width, 'left'), a, b, c, d);
  };
  const naive = line(words.naive, total);
  return total.corrected
    ? [line(words.corrected, total.corrected), naive]
    : [naive, `(${words.live.noSchedule})`];
}

function generatorLines({ generator }: Second, { live }: Words, figures: Figures): string[] {
  const { cpu, loop, sendLagMs } = generator;
  const share = (of: number) => `${figures.count(of * 100)} %`;
  const text = live.generator(share(cpu), share(loop), figures.amount(sendLagMs));
  return isStrained(generator) ? [text, `! ${live.strained}`] : [text];
}

function labelLines(labels: readonly LiveLabel[], words: Words, figures: Figures): string[] {
  const shown = labels.slice(0, mostLabels);
  const rows = [words.live.columns, ...shown.map((label) => labelCells(label, words, figures))];
  const widths = words.live.columns.map((_, at) =>
    Math.max(...rows.map((row) => [...(row[at] ?? '')].length)),
  );
  const lines = rows.map((row) =>
    row.map((cell, at) => padded(cell, widths[at] ?? 0, at === 0 ? 'left' : 'right')).join('  '),
  );
  const more = labels.length - shown.length;
  return more > 0 ? [...lines, words.live.more(more)] : lines;
}

function labelCells(
  { label, isTransaction, count, failed, now }: LiveLabel,
  words: Words,
  figures: Figures,
): string[] {
  const name = cut(plain(isTransaction ? words.transaction(label) : label), longestLabel);
  const times = now?.corrected ?? now;
  return [
    ...[name, figures.count(count), figures.count(failed), figures.count(now?.count ?? 0)],
    ...[times?.p50, times?.p95, times?.p99].map((ms) => (ms === undefined ? '-' : figures.amount(ms))),
  ];
}
