// What users saw over time, with the phases and faults of the drill marked in it.

import type { Figures } from '../../../load/report/figures.ts';
import { html, type Markup } from '../../../load/report/html/markup.ts';
import { type Line, timeChart } from '../../../load/report/html/time-chart.ts';
import { wordsFor } from '../../../load/report/words/words.ts';
import type { RunEvidence, Series } from '../../verdict/evidence.ts';
import { zeroOf } from '../tables/events-tables.ts';
import type { Words } from '../words/en.ts';
import { backgroundOf, type Mark } from './chart-marks.ts';

/** So many points are as much as a graph can show. */
const mostPoints = 400;
/** A few requests in a tenth of a second are no rate. */
const rateStepMs = 500;

export function drillGraphs(run: RunEvidence, words: Words, figures: Figures): Markup {
  const { series } = run;
  const size = Math.max(1, Math.ceil(series.ok.length / mostPoints));
  const rateSize = Math.max(size, Math.round(rateStepMs / series.stepMs));
  const background = backgroundOf(marksOf(run, words), figures);
  const chart = (id: string, title: string, unit: string, steps: number, lines: readonly Line[]) => {
    const stepSeconds = (series.stepMs * steps) / 1_000;
    const length = Math.max(0, ...lines.map(({ values }) => values.length));
    const starts = Array.from({ length }, (_, at) => at * stepSeconds);
    return timeChart(
      { id: `${id}-${run.index}`, title: `${title} (${unit})`, starts, stepSeconds, lines, background },
      wordsFor(figures.language),
      figures,
    );
  };
  const { titles, units } = words;
  return html`${chart('rates', titles.rates, units.perSecond, rateSize, rates(series, rateSize, words))}
${chart('times', titles.latency, units.ms, size, times(series, size))}
${chart('servers', titles.servers, units.perSecond, rateSize, servers(series, rateSize))}`;
}

/** Counts of steps as rates a second. */
function perSecond(counts: readonly number[], { stepMs }: Series, size: number): number[] {
  return grouped(counts, size).map(
    (group) => group.reduce((sum, count) => sum + count, 0) / ((group.length * stepMs) / 1_000),
  );
}

function rates(series: Series, size: number, { outcomes }: Words): Line[] {
  const names = [
    ['ok', 3],
    ['failed', 2],
    ['sorry', 4],
    ['shed', 5],
  ] as const;
  return names
    .filter(([name]) => name === 'ok' || name === 'failed' || series[name].some((count) => count > 0))
    .map(([name, colour]) => ({
      name: outcomes[name],
      values: perSecond(series[name], series, size),
      colour,
    }));
}

/** Of several steps the worst. */
function times({ p50, p99 }: Series, size: number): Line[] {
  const worst = (values: readonly (number | null)[]) =>
    grouped(values, size).map((group) => {
      const known = group.filter((value) => value !== null);
      return known.length === 0 ? undefined : Math.max(...known);
    });
  return [
    { name: 'p50', values: worst(p50), colour: 1 },
    { name: 'p99', values: worst(p99), colour: 4 },
  ];
}

function servers(series: Series, size: number): Line[] {
  return Object.entries(series.servers).map(([name, counts], at) => ({
    ...{ name, values: perSecond(counts, series, size), colour: ((at % 5) + 1) as Line['colour'] },
    ...(at >= 5 ? { isDashed: true } : {}),
  }));
}

function grouped<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  );
}

/** Phases as the background, faults as bands from their proof to their end, single moments as lines. */
function marksOf(run: RunEvidence, words: Words): Mark[] {
  const zero = zeroOf(run);
  const since = (at: number) => (at - zero) / 1_000;
  const { phases } = run;
  const over = phases.recovered ?? phases.end;
  const faults = run.faults.flatMap(({ name, injectedAt, proof, undoneAt }): Mark[] => {
    const from = proof?.at ?? injectedAt;
    if (from === undefined) return [];
    const to = undoneAt === undefined ? over : Math.min(undoneAt, over ?? undoneAt);
    return [{ kind: 'fault', from: since(from), ...(to === undefined ? {} : { to: since(to) }), text: name }];
  });
  const moments = [
    [phases.calm, words.phases.calm],
    [phases.recovered, words.progress.recovered],
  ] as const;
  const lines = moments.flatMap(([at, text]): Mark[] =>
    at === undefined ? [] : [{ kind: 'moment', from: since(at), text }],
  );
  return [...faults, ...lines];
}
