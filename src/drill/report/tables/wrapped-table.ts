// A table for a terminal in which nothing is cut: what is too wide for the terminal goes on below, in its own column. Evidence that is cut is
// none.

import type { Table } from '../../../load/report/tables/table.ts';
import { padded, plain } from '../../../load/report/tables/text-table.ts';

/** Where the output is no terminal, or does not say how wide it is. */
export const usualColumns = 100;
/** No column is made narrower, and figures never need as much: a terminal for which it is too much breaks the lines itself. */
const narrowest = 24;
const gap = '  ';

/** Without its caption. `columns`: how wide lines may be. */
export function wrappedTable({ title, head, rows, words }: Table, columns: number): string {
  const all = [head, ...rows.map(({ cells }) => cells)].map((cells) => cells.map(plain));
  const natural = head.map((_, at) => Math.max(...all.map((cells) => widthOf(cells[at] ?? ''))));
  const widths = fitted(natural, columns - gap.length * (head.length - 1));
  // Lines that go on to the right side would be hard to read.
  const sides = widths.map((width, at) =>
    at < words || width < (natural[at] ?? 0) ? ('left' as const) : ('right' as const),
  );
  const lines = all.flatMap((cells) => {
    const parts = widths.map((width, at) => wrapped(cells[at] ?? '', width));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      parts
        .map((part, at) => padded(part[line] ?? '', widths[at] ?? 0, sides[at] ?? 'left'))
        .join(gap)
        .trimEnd(),
    );
  });
  return [title, ...lines].join('\n');
}

/** The widest give way first. */
function fitted(natural: readonly number[], columns: number): number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, width) => sum + width, 0) - columns;
  for (; over > 0; over--) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Between words; a word that is too long for a line is broken. One line at least. */
function wrapped(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const letters = [...word];
  return Array.from({ length: Math.ceil(letters.length / width) }, (_, at) =>
    letters.slice(at * width, (at + 1) * width).join(''),
  );
}

function widthOf(text: string): number {
  return [...text].length;
}
