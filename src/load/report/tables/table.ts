// A table as data: made once, shown on a terminal and in a page.

export interface Table {
  readonly title: string;
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** So many columns on the left are words; all others are numbers. */
  readonly words: number;
}

export interface Row {
  readonly cells: readonly string[];
  /** The sum of the others. */
  readonly isTotal?: boolean;
  readonly tone?: 'good' | 'bad';
}
