// The rows of one CSV file, one after the other. The file is held as one text; a row is taken apart when it is wanted.

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { DataFile } from '../plan/plan.ts';

type Form = Pick<DataFile, 'encoding' | 'delimiter' | 'quoted' | 'atEnd'> & {
  /** Whether the first line is not data. */
  readonly hasHeader: boolean;
};

export class DataRows {
  readonly #file: string;
  readonly #form: Form;
  readonly #text: string;
  /** Rows of a quoted file, which only the library takes apart well. */
  readonly #parsed: readonly string[][] | undefined;
  #next = 0;

  /** Throws in one line when the file cannot be read, or its quotes are broken, with the line. */
  constructor(file: string, form: Form) {
    this.#file = file;
    this.#form = form;
    this.#text = textOf(file, form.encoding);
    this.#parsed = form.quoted ? parsedRows(file, this.#text, form.delimiter) : undefined;
    this.#rewind();
  }

  /** What the first line says, instead of giving it as a row. It may be quoted whatever the rows are, as with JMeter. */
  names(): readonly string[] {
    const names = this.#parsed ? this.#take() : this.#takeNames();
    return (names ?? []).map((name) => name.trim());
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
    return this.#parsed ? this.#parsed[this.#next++] : this.#takeLine()?.split(this.#form.delimiter);
  }

  #takeNames(): readonly string[] | undefined {
    const line = this.#takeLine();
    return line === undefined ? undefined : parsedRows(this.#file, line, this.#form.delimiter)[0];
  }

  /** Empty lines are no rows. */
  #takeLine(): string | undefined {
    while (this.#next < this.#text.length) {
      const found = this.#text.indexOf('\n', this.#next);
      const end = found < 0 ? this.#text.length : found;
      const line = this.#text.slice(this.#next, end).replace(/\r$/, '');
      this.#next = end + 1;
      if (line !== '') return line;
    }
    return undefined;
  }
}

function textOf(file: string, encoding: string): string {
  try {
    return new TextDecoder(encoding || 'utf-8').decode(readFileSync(file));
  } catch (cause) {
    throw new Error(`the data file ${file} cannot be read: ${(cause as Error).message}`, { cause });
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
