// Faults as bands and moments as lines behind a graph, each with its name: nobody has to guess what happened when.

import type { Figures } from '../../../load/report/figures.ts';
import { html, type Markup } from '../../../load/report/html/markup.ts';
import { coordinate, plotBottom, plotTop, plotWidth, type Scale } from '../../../load/report/html/plot.ts';
import type { Background } from '../../../load/report/html/time-chart.ts';

/** Seconds since the first request. */
export interface Mark {
  readonly kind: 'fault' | 'moment';
  readonly from: number;
  /** Of faults; undefined: to the end. */
  readonly to?: number;
  readonly text: string;
}

export function backgroundOf(marks: readonly Mark[], figures: Figures): Background {
  return {
    draw: (x) => marks.map((mark, at) => markOf(mark, at, x)),
    texts: marks.map(({ from, text }) => `${figures.amount(from)} s: ${text}`),
  };
}

/** Names of marks that come close to each other stand below each other. */
function markOf({ kind, from, to, text }: Mark, at: number, x: Scale): Markup {
  const left = Math.max(x.at(0), Math.min(x.at(from), x.at(x.to)));
  const right = Math.max(left, Math.min(x.at(to ?? x.to), x.at(x.to)));
  const place = coordinate(left);
  const isFarRight = left > plotWidth * 0.8;
  const label = html`<text x="${coordinate(left + (isFarRight ? -4 : 4))}" y="${plotTop + 12 + (at % 4) * 14}" text-anchor="${isFarRight ? 'end' : 'start'}">${text}</text>`;
  if (kind === 'moment')
    return html`<line class="axis" stroke-dasharray="2 3" x1="${place}" x2="${place}" y1="${plotTop}" y2="${plotBottom}"/>${label}`;
  return html`<rect class="c2" fill-opacity=".12" stroke-width="0" style="fill: var(--c2)" x="${place}" y="${plotTop}" width="${coordinate(Math.max(1, right - left))}" height="${plotBottom - plotTop}"/><line class="c2" stroke-width="1.5" x1="${place}" x2="${place}" y1="${plotTop}" y2="${plotBottom}"/>${label}`;
}
