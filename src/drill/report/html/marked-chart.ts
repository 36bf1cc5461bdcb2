// A graph over time as inline SVG in which faults are bands and moments are lines, each with its name: nobody has to guess what happened when.

import type { Figures } from '../../../load/report/figures.ts';
import { html, type Markup } from '../../../load/report/html/markup.ts';
import {
  axes,
  coordinate,
  horizontalScale,
  plotHeight,
  plotWidth,
  type Scale,
  strip,
  verticalScale,
} from '../../../load/report/html/plot.ts';
import type { Words } from '../words/en.ts';

export interface Line {
  readonly name: string;
  /** One for each step; undefined: there was nothing to measure. */
  readonly values: readonly (number | undefined)[];
  /** Of the style sheet's five. */
  readonly colour: 1 | 2 | 3 | 4 | 5;
  readonly isDashed?: boolean;
}

/** Seconds since the first request. */
export interface Mark {
  readonly kind: 'fault' | 'moment';
  readonly from: number;
  /** Of faults; undefined: to the end. */
  readonly to?: number;
  readonly text: string;
}

export interface MarkedChart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly stepSeconds: number;
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
}

/** Where the plot is within its frame: as plot.ts draws its axes. */
const top = 10;
const bottom = plotHeight - 36;

export function markedChart(chart: MarkedChart, words: Words, figures: Figures): Markup {
  const { id, title, unit, stepSeconds, lines, marks } = chart;
  const steps = Math.max(0, ...lines.map(({ values }) => values.length));
  const most = lines
    .flatMap(({ values }) => values)
    .reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  const x = horizontalScale(0, steps * stepSeconds);
  const y = verticalScale(most);
  const moments = Array.from({ length: steps }, (_, at) => at);
  const heading = `${title} (${unit})`;
  return html`<figure><h3>${heading}</h3><svg viewBox="0 0 ${plotWidth} ${plotHeight}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${heading}</title><desc id="${id}-text">${describe(chart, figures)}</desc>${axes(x, y, words.axes.seconds, figures)}${marks.map(
    (mark, at) => markOf(mark, at, x),
  )}${lines.map((line) => path(line, stepSeconds, x, y))}<g aria-hidden="true">${moments.map((at) =>
    strip(x.at(at * stepSeconds), x.at((at + 1) * stepSeconds), pointText(at, chart, figures)),
  )}</g></svg><figcaption><ul>${lines.map(legendOf)}</ul></figcaption></figure>`;
}

function describe({ lines, marks }: MarkedChart, figures: Figures): string {
  const extremes = lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return name;
    return `${name}: ${figures.amount(Math.min(...known))} – ${figures.amount(Math.max(...known))}`;
  });
  return [...extremes, ...marks.map(({ from, text }) => `${figures.amount(from)} s: ${text}`)].join('; ');
}

/** Names of marks that come close to each other stand below each other. */
function markOf({ kind, from, to, text }: Mark, at: number, x: Scale): Markup {
  const left = Math.max(x.at(0), Math.min(x.at(from), x.at(x.to)));
  const right = Math.max(left, Math.min(x.at(to ?? x.to), x.at(x.to)));
  const place = coordinate(left);
  const isFarRight = left > plotWidth * 0.8;
  const label = html`<text x="${coordinate(left + (isFarRight ? -4 : 4))}" y="${top + 12 + (at % 4) * 14}" text-anchor="${isFarRight ? 'end' : 'start'}">${text}</text>`;
  if (kind === 'moment')
    return html`<line class="axis" stroke-dasharray="2 3" x1="${place}" x2="${place}" y1="${top}" y2="${bottom}"/>${label}`;
  return html`<rect class="c2" fill-opacity=".12" stroke-width="0" style="fill: var(--c2)" x="${place}" y="${top}" width="${coordinate(Math.max(1, right - left))}" height="${bottom - top}"/><line class="c2" stroke-width="1.5" x1="${place}" x2="${place}" y1="${top}" y2="${bottom}"/>${label}`;
}

function path({ values, colour, isDashed }: Line, stepSeconds: number, x: Scale, y: Scale): Markup {
  let drawn = '';
  for (const [at, value] of values.entries()) {
    if (value === undefined) continue;
    const move = values[at - 1] === undefined ? 'M' : 'L';
    drawn += `${move}${coordinate(x.at((at + 0.5) * stepSeconds))} ${coordinate(y.at(value))}`;
    // A point that stands alone is a line of no length: round ends make it visible.
    if (move === 'M' && values[at + 1] === undefined) drawn += 'h0.1';
  }
  return html`<path class="line c${colour}${isDashed ? ' dashed' : ''}" stroke-linecap="round" d="${drawn}"/>`;
}

function pointText(at: number, { lines, stepSeconds }: MarkedChart, figures: Figures): string {
  const texts = lines.map(({ name, values }) => {
    const value = values[at];
    return `${name}: ${value === undefined ? '-' : figures.amount(value)}`;
  });
  return [`${figures.amount(at * stepSeconds)} s`, ...texts].join('\n');
}

function legendOf({ name, colour, isDashed }: Line): Markup {
  return html`<li><svg viewBox="0 0 32 8" aria-hidden="true"><path class="line c${colour}${isDashed ? ' dashed' : ''}" d="M0 4H32"/></svg>${name}</li>`;
}
