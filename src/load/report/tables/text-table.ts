// A table for a terminal: words to the left, numbers to the right.

import type { Table } from './table.ts';

/** Longer ones are cut: they are whole in the page and in results.json. */
const longestCell = 60;
const escapeCodes = /[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu;

/** Without its caption. */
export function textTable({ title, head, rows, words }: Table): string {
  const all = [head, ...rows.map(({ cells }) => cells)].map((cells) =>
    cells.map((cell) => cut(plain(cell), longestCell)),
  );
  const widths = head.map((_, at) => Math.max(...all.map((cells) => [...(cells[at] ?? '')].length)));
  const lines = all.map((cells) =>
    cells
      .map((cell, at) => padded(cell, widths[at] ?? 0, at < words ? 'left' : 'right'))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines].join('\n');
}

/** Labels and messages come from plans and servers: what would move the cursor or change colours is not shown. */
export function plain(text: string): string {
  return text.replace(escapeCodes, ' ').trim();
}

export function cut(text: string, longest: number): string {
  return [...text].length > longest ? `${[...text].slice(0, longest - 1).join('')}…` : text;
}

export function padded(text: string, width: number, side: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length));
  return side === 'left' ? `${text}${space}` : `${space}${text}`;
}
