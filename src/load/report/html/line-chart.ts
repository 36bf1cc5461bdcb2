// A graph over time as inline SVG: lines that differ in colour and dashes, a title and a description for those who do not see it, and the
// figures of each moment for those who point at it.

import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import { html, type Markup } from './markup.ts';
import {
  axes,
  coordinate,
  horizontalScale,
  plotHeight,
  plotWidth,
  type Scale,
  strip,
  verticalScale,
} from './plot.ts';

export interface Series {
  readonly name: string;
  /** One for each of the chart's seconds; undefined: there was nothing to measure. */
  readonly values: readonly (number | undefined)[];
  /** Of the style sheet's five. */
  readonly colour: 1 | 2 | 3 | 4 | 5;
  readonly isDashed?: boolean;
}

export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Where each value begins. */
  readonly seconds: readonly number[];
  /** How long each of them is. */
  readonly stepSeconds: number;
  readonly series: readonly Series[];
}

export function lineChart(chart: Chart, { charts }: Words, figures: Figures): Markup {
  const { id, title, seconds, stepSeconds, series } = chart;
  const values = series.flatMap((one) => one.values.filter((value) => value !== undefined));
  const x = horizontalScale(0, (seconds.at(-1) ?? 0) + stepSeconds);
  const y = verticalScale(values.reduce((most, value) => Math.max(most, value), 0));
  const described = series.map((one) => description(one, charts.describe, figures)).join('; ');
  return html`<figure><h3>${title}</h3><svg viewBox="0 0 ${plotWidth} ${plotHeight}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${described}</desc>${axes(x, y, charts.seconds, figures)}${series.map(
    (one) => line(one, chart, x, y),
  )}<g aria-hidden="true">${seconds.map((second, at) =>
    strip(x.at(second), x.at(second + stepSeconds), pointText(second, at, series, figures)),
  )}</g></svg><figcaption><ul>${series.map(legendOf)}</ul></figcaption></figure>`;
}

function description(
  { name, values }: Series,
  describe: Words['charts']['describe'],
  figures: Figures,
): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return name;
  const extreme = (of: (a: number, b: number) => number) => figures.amount(known.reduce((a, b) => of(a, b)));
  return describe(name, extreme(Math.min), extreme(Math.max));
}

function line(
  { values, colour, isDashed }: Series,
  { seconds, stepSeconds }: Chart,
  x: Scale,
  y: Scale,
): Markup {
  const at = (index: number, value: number): [string, string] => [
    coordinate(x.at((seconds[index] ?? 0) + stepSeconds / 2)),
    coordinate(y.at(value)),
  ];
  let path = '';
  const alone: [string, string][] = [];
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const [left, top] = at(index, value);
    const isFirst = values[index - 1] === undefined;
    if (isFirst && values[index + 1] === undefined) alone.push([left, top]);
    path += `${isFirst ? 'M' : 'L'}${left} ${top}`;
  }
  const kind = `c${colour}${isDashed ? ' dashed' : ''}`;
  return html`<path class="line ${kind}" d="${path}"/>${alone.map(
    ([left, top]) => html`<circle class="c${colour}" cx="${left}" cy="${top}" r="3"/>`,
  )}`;
}

function pointText(second: number, at: number, series: readonly Series[], figures: Figures): string {
  const texts = series.map(({ name, values }) => {
    const value = values[at];
    return `${name}: ${value === undefined ? '-' : figures.amount(value)}`;
  });
  return [`${figures.count(second)} s`, ...texts].join('\n');
}

function legendOf({ name, colour, isDashed }: Series): Markup {
  return html`<li><svg viewBox="0 0 32 8" aria-hidden="true"><path class="line c${colour}${isDashed ? ' dashed' : ''}" d="M0 4H32"/></svg>${name}</li>`;
}
