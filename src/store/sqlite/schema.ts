// The tables of a store's database, and what one row is.

import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Database } from 'better-sqlite3';

/** In the header of every database of ours: "Rlvo". */
export const applicationId = 0x526c766f;

/** Raised when an older program could not read the file any more. */
export const formatVersion = 1;

/**
 * One row per change; a deleted one holds the last state. At or below `compacted` there is only the newest row of each
 * live key; above it, every change. So the rows in order are the state at `compacted` and then all that happened since.
 */
const tables = `
CREATE TABLE revisions (
  revision INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  create_revision INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  value TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

export interface Meta {
  /** Format of the file; see formatVersion. */
  version: number;
  /** Random, made with the database. */
  cluster: string;
  /** A high-water mark: the newest revision is this or that of the last row, whichever is higher. */
  revision: number;
  compacted: number;
}

export function createTables(database: Database): void {
  database.pragma(`application_id = ${applicationId}`);
  database.exec(tables);
  writeMeta(database, { version: formatVersion, cluster: randomUUID(), revision: 0, compacted: 0 });
}

/** What the meta table says; an entry that does not match its checksum is left out. */
export function readMeta(database: Database): Partial<Meta> {
  const rows = database
    .prepare<[], [string, string | number, number]>('SELECT name, value, checksum FROM meta')
    .raw()
    .all();
  return Object.fromEntries(rows.filter(([name, value, checksum]) => crc32(`${name} ${value}`) === checksum));
}

export function writeMeta(database: Database, meta: Partial<Meta>): void {
  const put = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?, ?)');
  for (const [name, value] of Object.entries(meta)) put.run(name, value, crc32(`${name} ${value}`));
}

/** revision, key, create revision, 1 when deleted, JSON text. Rows travel between threads as one flat array of these cells. */
export type Row = [revision: number, key: string, createRevision: number, deleted: number, value: string];

export type Cell = number | string;

export const cellsPerRow = 5;

/** Of everything in the row, so that no bit of it can change unnoticed. */
export function checksumOf(
  revision: Cell,
  key: Cell,
  createRevision: Cell,
  deleted: Cell,
  value: Cell,
): number {
  return crc32(String(value), crc32(`${revision} ${createRevision} ${deleted} ${key}`));
}
