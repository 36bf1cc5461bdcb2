// The answer of `show stat`: CSV with a head, one row for each frontend, backend and server.

export type RowKind = 'frontend' | 'backend' | 'server';

export interface StatRow {
  readonly kind: RowKind;
  /** Names inside of HAProxy. */
  readonly proxy: string;
  /** Of a server. */
  readonly name: string;
  /** As in HAProxy's manual, 9.1 of its management guide: `scur`, `status`, … */
  readonly fields: Readonly<Record<string, string>>;
}

const kinds: Readonly<Record<string, RowKind>> = { '0': 'frontend', '1': 'backend', '2': 'server' };

export function parseStat(text: string): StatRow[] {
  const [head = '', ...lines] = text.split('\n');
  const columns = head.replace(/^#\s*/, '').split(',');
  return lines.flatMap((line) => rowOf(columns, line) ?? []);
}

function rowOf(columns: readonly string[], line: string): StatRow | undefined {
  const values = line.includes('"') ? quotedValues(line) : line.split(',');
  const fields = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
  const kind = kinds[fields.type ?? ''];
  return kind ? { kind, proxy: fields.pxname ?? '', name: fields.svname ?? '', fields } : undefined;
}

/** Quotes are doubled inside of quotes: RFC 4180. */
function quotedValues(line: string): string[] {
  const values = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...values].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

/** 0 for an empty field. */
export function numberIn({ fields }: Pick<StatRow, 'fields'>, column: string): number {
  return Number(fields[column] || 0);
}
