// Which graphs a report has.

import type { Second } from '../../results/second.ts';
import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import { htmlTable } from './html-table.ts';
import { html, type Markup } from './markup.ts';
import { type Line, timeChart } from './time-chart.ts';
import { stepSeconds, type TimeStep, timeSteps } from './time-steps.ts';

const percent = 100;

export function chartsOf(all: readonly Second[], words: Words, figures: Figures): Markup {
  const steps = timeSteps(all);
  const step = stepSeconds(all);
  const starts = steps.map(({ second }) => second);
  const chart = (id: string, title: string, lines: readonly Line[]) =>
    timeChart({ id, title, starts, stepSeconds: step, lines }, words, figures);
  const { charts } = words;
  return html`${chart('throughput', charts.throughput, throughput(steps, words))}
${chart('latencies', charts.latencies, latencies(steps, words))}
${chart('errors', charts.errors, [line(steps, charts.errorShare, ({ errorPercent }) => errorPercent, 2)])}
${chart('users', charts.users, users(steps, words))}
${chart('generator', charts.generator, generator(steps, words))}
${chart('lag', charts.late, [line(steps, charts.lag, ({ sendLagMs }) => sendLagMs, 4)])}
<details><summary>${charts.figures}</summary>${figuresTable(steps, step, words, figures)}</details>`;
}

function line(
  steps: readonly TimeStep[],
  name: string,
  of: (step: TimeStep) => number | undefined,
  colour: Line['colour'],
  isDashed = false,
): Line {
  return { name, values: steps.map(of), colour, isDashed };
}

function throughput(steps: readonly TimeStep[], { charts }: Words): Line[] {
  return [
    line(steps, charts.ok, ({ ok }) => ok, 3),
    line(steps, charts.failed, ({ failed }) => failed, 2, true),
  ];
}

/** Corrected ones as full lines, naive ones dashed where there are both. */
function latencies(steps: readonly TimeStep[], { charts, naive, corrected }: Words): Line[] {
  const names = [
    [50, 'p50', 1],
    [95, 'p95', 5],
    [99, 'p99', 4],
  ] as const;
  const isScheduled = steps.some((step) => step.corrected !== undefined);
  const lines = (kind: 'naive' | 'corrected', word: string, isDashed: boolean) =>
    names.map(([of, name, colour]) =>
      line(steps, charts.percentile(of, word), (step) => step[kind]?.[name], colour, isDashed),
    );
  return isScheduled
    ? [...lines('corrected', corrected, false), ...lines('naive', naive, true)]
    : lines('naive', naive, false);
}

function users(steps: readonly TimeStep[], { charts }: Words): Line[] {
  const dropped = steps.some((step) => step.dropped > 0)
    ? [line(steps, charts.dropped, (step) => step.dropped, 2, true)]
    : [];
  return [
    line(steps, charts.activeUsers, (step) => step.users, 1),
    line(steps, charts.inFlight, ({ inFlight }) => inFlight, 4, true),
    ...dropped,
  ];
}

function generator(steps: readonly TimeStep[], { charts }: Words): Line[] {
  return [
    line(steps, charts.cpu, ({ cpu }) => cpu * percent, 1),
    line(steps, charts.loop, ({ loop }) => loop * percent, 5, true),
  ];
}

function figuresTable(steps: readonly TimeStep[], step: number, words: Words, figures: Figures): Markup {
  const { charts, naive, corrected } = words;
  const isScheduled = steps.some((one) => one.corrected !== undefined);
  const kinds = isScheduled ? (['corrected', 'naive'] as const) : (['naive'] as const);
  const names = kinds.map((kind) => (kind === 'naive' ? naive : corrected));
  const amount = (value: number | undefined) => (value === undefined ? '-' : figures.amount(value));
  return htmlTable({
    title: charts.figures,
    caption: step > 1 ? charts.stretch(step) : charts.figures,
    head: [
      ...[charts.second, charts.ok, charts.failed],
      ...names.flatMap((kind) => [50, 95, 99].map((of) => charts.percentile(of, kind))),
      ...[charts.activeUsers, charts.inFlight, charts.cpu, charts.lag],
    ],
    rows: steps.map((one) => ({
      cells: [
        ...[figures.count(one.second), amount(one.ok), amount(one.failed)],
        ...kinds.flatMap((kind) => [one[kind]?.p50, one[kind]?.p95, one[kind]?.p99].map(amount)),
        ...[one.users, one.inFlight, one.cpu * percent, one.sendLagMs].map(amount),
      ],
    })),
    words: 0,
  });
}
