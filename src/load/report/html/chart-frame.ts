// The frame of every graph: its heading, a title and a description for those who do not see it, and its legend.

import { type Content, html, type Markup } from './markup.ts';
import { plotHeight, plotWidth } from './plot.ts';

export interface ChartFrame {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in words. */
  readonly description: string;
  readonly legend?: Content;
}

/** As SVG within the page; `drawing` is in the units of plot.ts. */
export function framedChart({ id, title, description, legend }: ChartFrame, drawing: Markup): Markup {
  return html`<figure><h3>${title}</h3><svg viewBox="0 0 ${plotWidth} ${plotHeight}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>${drawing}</svg>${legend}</figure>`;
}
