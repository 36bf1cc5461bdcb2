// The answer of `show stat`: CSV with a head, one row for each frontend, backend and server.

export type RowKind = 'frontend' | 'backend' | 'server';

const kinds: Readonly<Record<string, RowKind>> = { '0': 'frontend', '1': 'backend', '2': 'server' };

type Columns = ReadonlyMap<string, number>;

/** Columns are called as in HAProxy's manual, 9.1 of its management guide: `scur`, `status`, … */
export class StatRow {
  readonly kind: RowKind;
  /** Names inside of HAProxy. */
  readonly proxy: string;
  /** Of a server. */
  readonly name: string;
  // A hundred columns, of which hardly ever more than ten are looked at: they stay in a row, without an object of names.
  readonly #columns: Columns;
  readonly #values: readonly string[];

  constructor(kind: RowKind, columns: Columns, values: readonly string[]) {
    this.kind = kind;
    this.#columns = columns;
    this.#values = values;
    this.proxy = this.text('pxname');
    this.name = this.text('svname');
  }

  /** Empty for a column that there is not. */
  text(column: string): string {
    return this.#values[this.#columns.get(column) ?? -1] ?? '';
  }

  /** 0 for an empty field. */
  number(column: string): number {
    return Number(this.text(column) || 0);
  }

  /** With other numbers in these columns. */
  with(numbers: ReadonlyMap<string, number>): StatRow {
    const values = this.#values.slice();
    for (const [column, number] of numbers) {
      const index = this.#columns.get(column);
      if (index !== undefined) values[index] = String(number);
    }
    return new StatRow(this.kind, this.#columns, values);
  }
}

/** Of a server that HAProxy does not have. */
export const noRow = new StatRow('server', new Map(), []);

export function parseStat(text: string): StatRow[] {
  const [head = '', ...lines] = text.split('\n');
  const columns = columnsOf(head);
  return lines.flatMap((line) => rowOf(columns, line) ?? []);
}

const lastHead = { text: '', columns: new Map() as Columns };

/** Every answer has the same one, which is longer than a row. */
function columnsOf(head: string): Columns {
  if (head !== lastHead.text) {
    const names = head.replace(/^#\s*/, '').split(',');
    lastHead.columns = new Map(names.map((name, index) => [name, index]));
    lastHead.text = head;
  }
  return lastHead.columns;
}

function rowOf(columns: Columns, line: string): StatRow | undefined {
  const values = line.includes('"') ? quotedValues(line) : line.split(',');
  const kind = kinds[values[columns.get('type') ?? -1] ?? ''];
  return kind && new StatRow(kind, columns, values);
}

/** Quotes are doubled inside of quotes: RFC 4180. */
function quotedValues(line: string): string[] {
  const values = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...values].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
