// The rows of one CSV file, one after the other. The file is held as one text; a row is taken apart when it is wanted.

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { DataFile } from '../plan/plan.ts';

type Form = Pick<DataFile, 'encoding' | 'delimiter' | 'quoted' | 'atEnd'> & {
  /** Whether the first line is not data. */
  readonly hasHeader: boolean;
};

export class DataRows {
  readonly #form: Form;
  readonly #text: string;
  /** Rows of a quoted file, which only the library takes apart well. */
  readonly #parsed: readonly string[][] | undefined;
  #next = 0;

  /** Throws when the file cannot be read, or its quotes are broken, with the line. */
  constructor(file: string, form: Form) {
    this.#form = form;
    const bytes = readFileSync(file);
    this.#text = new TextDecoder(form.encoding || 'utf-8').decode(bytes);
    this.#parsed = form.quoted ? parsedRows(file, this.#text, form.delimiter) : undefined;
    this.#rewind();
  }

  next(): readonly string[] | 'end' {
    const row = this.#take();
    if (row || this.#form.atEnd !== 'recycle') return row ?? 'end';
    this.#rewind();
    return this.#take() ?? 'end';
  }

  #rewind(): void {
    this.#next = 0;
    if (this.#form.hasHeader) this.#take();
  }

  #take(): readonly string[] | undefined {
    return this.#parsed ? this.#parsed[this.#next++] : this.#takeLine();
  }

  /** Empty lines are no rows. */
  #takeLine(): readonly string[] | undefined {
    while (this.#next < this.#text.length) {
      const found = this.#text.indexOf('\n', this.#next);
      const end = found < 0 ? this.#text.length : found;
      const line = this.#text.slice(this.#next, end).replace(/\r$/, '');
      this.#next = end + 1;
      if (line !== '') return line.split(this.#form.delimiter);
    }
    return undefined;
  }
}

function parsedRows(file: string, text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      bom: true,
    }) as string[][];
  } catch (cause) {
    const { lines, message } = cause as { lines?: number; message: string };
    throw new Error(`${file}${lines === undefined ? '' : `:${lines}`}: not valid CSV: ${message}`, { cause });
  }
}
