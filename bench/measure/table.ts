// Tables for people: columns as wide as they must be, numbers to the right and with no more digits than mean something.

/** Undefined where there is nothing to say. */
export type Cell = string | number | undefined;

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** Cells by column. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** A column with nothing in it is left out. */
export function printTable({ title, columns: all, rows }: Table): string {
  const columns = all.filter((column) => rows.some((row) => row[column] !== undefined));
  const lines = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => String(line[i]).length)));
  const toTheRight = columns.map((column) => rows.some((row) => typeof row[column] === 'number'));
  const printed = lines.map((line) =>
    line
      .map((cell, i) => (toTheRight[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...printed].join('\n');
}

function shown(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' ? shownNumber(cell) : cell;
}

/** Three digits that count, at least, and none behind the point from 100 on. */
export function shownNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return grouped(Math.round(value));
  return value.toFixed(size >= 10 ? 1 : 2);
}

function grouped(whole: number): string {
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
