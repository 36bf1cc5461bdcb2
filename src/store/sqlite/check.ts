// What is looked at before a database is used: is it there, is it whole, is it ours, can we read it. Reads only: a file that
// is refused stays as it was found, its write-ahead log included. And never by a plain handle: closing one would drop the locks
// that this process has on the file (POSIX).

import Sqlite, { type Database } from 'better-sqlite3';
import { corruptError, emptyError, foreignError, missingError, newerError } from './errors.ts';
import { type Layout, sizeOf } from './layout.ts';
import type { Marker } from './marker.ts';
import {
  applicationId,
  type Cell,
  checksumOf,
  formatVersion,
  type Meta,
  type Row,
  readMeta,
} from './schema.ts';

/** Says whether there is a database to open; throws StoreFileError when there should be one. */
export function hasDatabase(layout: Layout, marker: Marker | undefined): boolean {
  const size = sizeOf(layout.database);
  if (size === 0) throw emptyError(layout.database);
  if (size !== undefined) return true;
  if (marker !== undefined) throw missingError(layout.database, layout.marker);
  if (sizeOf(layout.wal)) throw missingError(layout.database, layout.wal);
  return false;
}

/** Opens for reading; closing it leaves the write-ahead log alone, which a writer's closing would not. */
export function openReadOnly(file: string): Database {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true });
  database.pragma('cell_size_check = ON');
  return database;
}

/**
 * Whether it is a database, whole, and ours, of a version that we can read; then what its meta table says. SQLite itself refuses a file
 * that is shorter than its header says.
 */
export function checkMeta(database: Database): Meta {
  if (database.pragma('application_id', { simple: true }) !== applicationId) {
    throw foreignError(database.name, 'a database, but not a store');
  }
  const { version, cluster, revision, compacted } = readMeta(database);
  if (typeof version === 'number' && version > formatVersion) {
    throw newerError(database.name, version, formatVersion);
  }
  const numbers = [version, revision, compacted];
  if (typeof cluster !== 'string' || !numbers.every(Number.isSafeInteger)) {
    throw corruptError(database.name, 'its meta table is incomplete or garbled');
  }
  return { version, cluster, revision, compacted } as Meta;
}

/** Whether every page is in its place. A quick check costs about half of what reading the rows costs. */
export function checkPages(database: Database, check: 'quick_check' | 'integrity_check'): void {
  const problem = database.pragma(`${check}(1)`, { simple: true });
  if (problem !== 'ok') throw corruptError(database.name, String(problem).replaceAll('\n', ' '));
}

/** Cells of a chunk of rows at most, in characters of JSON. */
const chunkSize = 1 << 20;

/** Every row in order of revision, in flat chunks, each row checked against its checksum. */
export function* readRows(database: Database): Generator<Cell[]> {
  const select = database.prepare<[], [...Row, number]>(
    'SELECT revision, key, create_revision, deleted, value, checksum FROM revisions ORDER BY revision',
  );
  let chunk: Cell[] = [];
  let size = 0;
  for (const [revision, key, createRevision, deleted, value, checksum] of select.raw().iterate()) {
    if (checksumOf(revision, key, createRevision, deleted, value) !== checksum) {
      throw corruptError(database.name, `revision ${revision} of ${key} does not match its checksum`);
    }
    chunk.push(revision, key, createRevision, deleted, value);
    size += value.length;
    if (size < chunkSize) continue;
    yield chunk;
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield chunk;
}
