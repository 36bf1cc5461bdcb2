// Thresholds, errors and the stretches of a step load, as tables.

import type { Knee, Stretch } from '../../results/knee.ts';
import type { LoadResults, ThresholdOutcome } from '../../results/load-results.ts';
import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import type { Row, Table } from './table.ts';

export function thresholdsTable(
  outcomes: readonly ThresholdOutcome[],
  { thresholds, yes, no }: Words,
  figures: Figures,
): Table {
  const { title, caption, columns } = thresholds;
  const rows = outcomes.map((outcome): Row => {
    const { text, ok, why } = outcome;
    const measured = why === undefined ? measuredText(outcome, figures) : thresholds.unmeasured;
    return { cells: [text, measured, ok ? yes : no], tone: ok ? 'good' : 'bad' };
  });
  return { title, caption, head: columns, rows, words: 1 };
}

function measuredText({ measured, unit }: ThresholdOutcome, figures: Figures): string {
  if (unit === '%') return figures.percent(measured);
  const text = unit === '' ? figures.count(measured) : figures.amount(measured);
  return unit === 'ms' ? `${text} ms` : `${text}${unit}`;
}

export function errorsTable({ labels }: Pick<LoadResults, 'labels'>, words: Words, figures: Figures): Table {
  const { title, caption, columns } = words.errors;
  const rows = labels
    .filter(({ isTransaction }) => !isTransaction)
    .flatMap(({ label, count: all, errors }) => errors.map((error) => ({ label, all, ...error })))
    .sort((a, b) => b.count - a.count)
    .map(({ label, code, message, count, all }): Row => {
      return {
        cells: [label, code, message, figures.count(count), figures.percent((count / all) * 100)],
        tone: 'bad',
      };
    });
  return { title, caption, head: columns, rows, words: 3 };
}

export function kneeTable({ stretches }: Knee, words: Words, figures: Figures): Table {
  const { title, caption, columns, breaks } = words.knee;
  const rows = stretches.map((stretch: Stretch): Row => {
    const { askedPerSecond, donePerSecond, p50, p99, errorShare, dropped } = stretch;
    const amounts = [
      figures.number(askedPerSecond),
      ...[donePerSecond, p50, p99].map((value) => figures.amount(value)),
    ];
    const holds = stretch.breaks === undefined ? words.yes : `${words.no}: ${breaks[stretch.breaks]}`;
    return {
      cells: [...amounts, figures.percent(errorShare * 100), figures.count(dropped), holds],
      tone: stretch.breaks === undefined ? 'good' : 'bad',
    };
  });
  return { title, caption, head: columns, rows, words: 0 };
}

/** What the stretches come to, in a few sentences. */
export function kneeText(
  found: Knee,
  { saturation }: Pick<LoadResults, 'saturation'>,
  words: Words,
  figures: Figures,
): string {
  // Dropped iterations alone are what a knee is about.
  const isOwn = saturation.signs.some(({ type }) => type !== 'dropped');
  return `${kneeSentence(found, words, figures)}${isOwn ? ` ${words.knee.doubt}` : ''}`;
}

function kneeSentence(
  { best, isReached, limitMs, mostErrors }: Knee,
  { knee }: Words,
  figures: Figures,
): string {
  const rule = knee.rule(figures.number(limitMs), figures.percent(mostErrors * 100));
  if (!best) return `${knee.never} ${rule}`;
  const rate = figures.number(best.askedPerSecond);
  if (!isReached) return `${knee.notReached(rate)} ${rule}`;
  return `${knee.found(rate, figures.amount(best.donePerSecond), figures.amount(best.p99))} ${rule}`;
}
