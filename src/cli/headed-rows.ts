// Rows with a head, for people: what something is called to the left, what is to be said of it to the right.

export type Rows = readonly (readonly [head: string, lines: readonly string[]])[];

/** Heads to the left, their lines below each other to the right; a head without lines is left out. */
export function rowsText(rows: Rows): string {
  const width = Math.max(...rows.map(([head]) => head.length));
  return rows
    .flatMap(([head, lines]) => lines.map((line, at) => `${(at === 0 ? head : '').padEnd(width)}  ${line}`))
    .join('\n');
}
