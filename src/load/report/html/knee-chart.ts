// The curve that shows where an application stops keeping up: response times over throughput.

import type { Knee } from '../../results/knee.ts';
import type { Figures } from '../figures.ts';
import type { Words } from '../words/en.ts';
import { framedChart } from './chart-frame.ts';
import { html, type Markup } from './markup.ts';
import { axes, coordinate, horizontalScale, verticalScale } from './plot.ts';

export function kneeChart({ stretches, limitMs, best }: Knee, { knee }: Words, figures: Figures): Markup {
  const x = horizontalScale(0, Math.max(...stretches.map(({ donePerSecond }) => donePerSecond)) * 1.02);
  const y = verticalScale(Math.max(...stretches.map(({ p99 }) => p99)));
  const points = stretches.map(({ donePerSecond, p99, breaks }) => ({
    ...{ left: coordinate(x.at(donePerSecond)), top: coordinate(y.at(p99)), breaks },
    text: `${figures.amount(donePerSecond)}/s: ${figures.amount(p99)} ms`,
  }));
  const [across, up] = knee.axes;
  const limit =
    limitMs <= y.to &&
    html`<line class="c2 dashed" x1="${coordinate(x.at(x.from))}" x2="${coordinate(x.at(x.to))}" y1="${coordinate(y.at(limitMs))}" y2="${coordinate(y.at(limitMs))}"/>`;
  const mark =
    best &&
    html`<circle class="line c3" style="fill: none" cx="${coordinate(x.at(best.donePerSecond))}" cy="${coordinate(y.at(best.p99))}" r="9"/>`;
  const description = points.map(({ text }) => text).join('; ');
  return framedChart(
    { id: 'knee', title: knee.chart, description },
    html`${axes(x, y, `${across} → ${up} ↑`, figures)}${limit}<path class="line c1" d="${points.map(({ left, top }, at) => `${at === 0 ? 'M' : 'L'}${left} ${top}`).join('')}"/>${mark}${points.map(
      ({ left, top, breaks, text }) =>
        html`<circle class="c${breaks === undefined ? 3 : 2}" cx="${left}" cy="${top}" r="4"><title>${text}</title></circle>`,
    )}`,
  );
}
