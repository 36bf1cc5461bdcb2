// The frame of a graph: scales, ticks, axes. Pure geometry in SVG's units.

import type { Figures } from '../figures.ts';
import { html, type Markup } from './markup.ts';

export const plotWidth = 760;
export const plotHeight = 230;
const margin = { left: 62, right: 14, top: 10, bottom: 36 };
/** Where values are: below it are the axis and its texts. */
export const plotTop = margin.top;
export const plotBottom = plotHeight - margin.bottom;
const wantedTicks = 5;

export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** From `least` (or what divides well below it) to what divides well above `most`. */
function scaleOf(least: number, most: number, begin: number, end: number): Scale {
  const span = most > least ? most - least : 1;
  const step = niceStep(span / wantedTicks);
  const from = Math.floor(least / step) * step;
  const to = Math.max(from + step, Math.ceil((least + span) / step) * step);
  const count = Math.round((to - from) / step);
  const ticks = Array.from({ length: count + 1 }, (_, at) => from + at * step);
  return { from, to, ticks, at: (value) => begin + ((value - from) / (to - from)) * (end - begin) };
}

/** 1, 2 or 5 times a power of ten, and not less than the given. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((times) => times * power >= least * 0.999) ?? 10) * power;
}

export function horizontalScale(least: number, most: number): Scale {
  const { left, right } = margin;
  const span = Math.max(1, most - least);
  const step = niceStep(span / wantedTicks);
  const from = Math.floor(least / step) * step;
  const ticks = Array.from({ length: Math.floor((most - from) / step) + 1 }, (_, at) => from + at * step);
  const to = Math.max(most, from + 1);
  const at = (value: number) => left + ((value - from) / (to - from)) * (plotWidth - right - left);
  return { from, to, ticks, at };
}

export function verticalScale(most: number): Scale {
  return scaleOf(0, most > 0 ? most : 1, plotBottom, plotTop);
}

export function axes(x: Scale, y: Scale, label: string, figures: Figures): Markup {
  const right = plotWidth - margin.right;
  return html`${y.ticks.map((tick) => {
    const at = coordinate(y.at(tick));
    return html`<line class="grid" x1="${margin.left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${margin.left - 8}" y="${at}" dy="4" text-anchor="end">${figures.number(tick)}</text>`;
  })}<line class="axis" x1="${margin.left}" x2="${right}" y1="${plotBottom}" y2="${plotBottom}"/>${x.ticks.map(
    (tick) =>
      html`<text x="${coordinate(x.at(tick))}" y="${plotBottom + 16}" text-anchor="middle">${figures.number(tick)}</text>`,
  )}<text x="${(margin.left + right) / 2}" y="${plotHeight - 4}" text-anchor="middle">${label}</text>`;
}

/** A tenth is finer than any screen. */
export function coordinate(value: number): string {
  return value.toFixed(1);
}

/** The full height at a place, to be pointed at. */
export function strip(from: number, to: number, text: string): Markup {
  return html`<rect class="hover" x="${coordinate(from)}" y="${plotTop}" width="${coordinate(Math.max(1, to - from))}" height="${plotBottom - plotTop}"><title>${text}</title></rect>`;
}
