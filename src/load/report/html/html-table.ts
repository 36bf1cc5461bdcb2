// A table in a page: with its caption, and heads that say what they head.

import type { Row, Table } from '../tables/table.ts';
import { html, type Markup } from './markup.ts';

/** `kind` is a class of the style sheet. */
export function htmlTable({ title, caption, head, rows, words }: Table, kind = ''): Markup {
  // Wide ones are scrolled, also with the keyboard.
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="${kind}"><caption>${caption}</caption><thead><tr>${head.map(
    (cell, at) => html`<th scope="col" class="${classOf(at, words)}">${cell}</th>`,
  )}</tr></thead><tbody>${rows.map((row) => rowOf(row, words))}</tbody></table></div>`;
}

function rowOf({ cells, isTotal, tone }: Row, words: number): Markup {
  const kind = [isTotal && 'total', tone].filter(Boolean).join(' ');
  return html`<tr class="${kind}">${cells.map((cell, at) =>
    at === 0
      ? html`<th scope="row" class="${classOf(at, words)}">${cell}</th>`
      : html`<td class="${classOf(at, words)}">${cell}</td>`,
  )}</tr>`;
}

function classOf(at: number, words: number): string {
  return at < words ? 'word' : '';
}
