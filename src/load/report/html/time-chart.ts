// A graph over time: lines that differ in colour and dashes, in words for those who do not see it, and with the figures of each moment for
// those who point at it.

import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import { framedChart } from './chart-frame.ts';
import { type Content, html, type Markup } from './markup.ts';
import { axes, coordinate, horizontalScale, type Scale, strip, verticalScale } from './plot.ts';

export interface Line {
  readonly name: string;
  /** One for each of the chart's steps; undefined: there was nothing to measure. */
  readonly values: readonly (number | undefined)[];
  /** Of the style sheet's five. */
  readonly colour: 1 | 2 | 3 | 4 | 5;
  readonly isDashed?: boolean;
}

/** What else is to be seen behind the lines. */
export interface Background {
  draw(x: Scale): Content;
  /** The same in words. */
  readonly texts: readonly string[];
}

export interface TimeChart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Where each step begins: seconds since the start. */
  readonly starts: readonly number[];
  readonly stepSeconds: number;
  readonly lines: readonly Line[];
  readonly background?: Background;
}

export function timeChart(chart: TimeChart, { charts: words }: Words, figures: Figures): Markup {
  const { id, title, starts, stepSeconds, lines, background } = chart;
  const values = lines.flatMap((line) => line.values.filter((value) => value !== undefined));
  const x = horizontalScale(0, (starts.at(-1) ?? 0) + stepSeconds);
  const y = verticalScale(values.reduce((most, value) => Math.max(most, value), 0));
  const extremes = lines.map((line) => extremesOf(line, words.describe, figures));
  const frame = {
    ...{ id, title, description: [...extremes, ...(background?.texts ?? [])].join('; ') },
    legend: html`<figcaption><ul>${lines.map(legendOf)}</ul></figcaption>`,
  };
  return framedChart(
    frame,
    html`${axes(x, y, words.seconds, figures)}${background?.draw(x)}${lines.map((line) => drawn(line, chart, x, y))}<g aria-hidden="true">${starts.map(
      (start, at) => strip(x.at(start), x.at(start + stepSeconds), figuresAt(at, chart, figures)),
    )}</g>`,
  );
}

function extremesOf({ name, values }: Line, describe: Words['charts']['describe'], figures: Figures): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return name;
  const extreme = (of: (a: number, b: number) => number) => figures.amount(known.reduce((a, b) => of(a, b)));
  return describe(name, extreme(Math.min), extreme(Math.max));
}

/** With gaps where nothing was measured; a value between two gaps would be a line of no length. */
function drawn(
  { values, colour, isDashed }: Line,
  { starts, stepSeconds }: TimeChart,
  x: Scale,
  y: Scale,
): Markup {
  let path = '';
  const alone: [string, string][] = [];
  for (const [at, value] of values.entries()) {
    if (value === undefined) continue;
    const left = coordinate(x.at((starts[at] ?? 0) + stepSeconds / 2));
    const top = coordinate(y.at(value));
    const isFirst = values[at - 1] === undefined;
    if (isFirst && values[at + 1] === undefined) alone.push([left, top]);
    path += `${isFirst ? 'M' : 'L'}${left} ${top}`;
  }
  return html`<path class="${lineClass(colour, isDashed)}" d="${path}"/>${alone.map(
    ([left, top]) => html`<circle class="c${colour}" cx="${left}" cy="${top}" r="3"/>`,
  )}`;
}

function figuresAt(at: number, { starts, lines }: TimeChart, figures: Figures): string {
  const texts = lines.map(({ name, values }) => {
    const value = values[at];
    return `${name}: ${value === undefined ? '-' : figures.amount(value)}`;
  });
  return [`${figures.number(starts[at] ?? 0)} s`, ...texts].join('\n');
}

function legendOf({ name, colour, isDashed }: Line): Markup {
  return html`<li><svg viewBox="0 0 32 8" aria-hidden="true"><path class="${lineClass(colour, isDashed)}" d="M0 4H32"/></svg>${name}</li>`;
}

function lineClass(colour: Line['colour'], isDashed = false): string {
  return `line c${colour}${isDashed ? ' dashed' : ''}`;
}
