// The statistics as HAProxy's CSV, for whatever reads that; our own columns come after HAProxy's. RFC 4180.

import { haproxyColumns, ownColumns, type Row } from './rows.ts';

/** Begins with `# `, as HAProxy's. */
export function csvOf(rows: readonly Row[]): string {
  const columns = [...haproxyColumns, ...ownColumns];
  const lines = rows.map(({ fields }) => columns.map((column) => quoted(fields[column])).join(','));
  return [`# ${columns.join(',')}`, ...lines, ''].join('\n');
}

function quoted(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
