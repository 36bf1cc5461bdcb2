// The open database: transactions of revisions, and what has to happen after one failed. Synchronous, so it lives in the worker.

import { closeSync, openSync } from 'node:fs';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type { Layout } from './layout.ts';
import { type Cell, cellsPerRow, checksumOf, createTables, writeMeta } from './schema.ts';
import { Witness } from './witness.ts';

/** Beyond so many bytes the write-ahead log is cut back after a checkpoint. */
const walLimitBytes = 16 * 1024 * 1024;

export interface DatabaseOptions {
  /** Pages of 4 KiB that the file may have at most; 0 means no limit. A write beyond that fails as on a full disk. */
  maxPageCount: number;
}

/** Makes an empty database under a temporary name, whole; the caller gives it its name. */
export function createDatabase(file: string): void {
  // For the owner only: it holds Secrets. SQLite gives the log and the index the same mode.
  closeSync(openSync(file, 'wx', 0o600));
  const database = new Sqlite(file);
  try {
    database.pragma('page_size = 4096');
    database.pragma('journal_mode = WAL');
    createTables(database);
  } finally {
    database.close();
  }
}

export class RevisionDatabase {
  readonly #layout: Layout;
  readonly #options: DatabaseOptions;
  readonly #witness: Witness;
  #database: Database;
  #insert: Statement;
  /** The newest revision that was acknowledged. */
  #durable: number;
  /** A transaction failed, and what it left behind has not been looked at yet. */
  #suspect = false;

  constructor(layout: Layout, options: DatabaseOptions, durable: number) {
    this.#layout = layout;
    this.#options = options;
    this.#durable = durable;
    this.#witness = new Witness(layout.witness);
    this.#database = this.#open();
    this.#insert = prepareInsert(this.#database);
  }

  /** All rows in one transaction, on disk when this returns. When it throws none of them is there. */
  commit(cells: readonly Cell[]): void {
    this.#guarded(() => {
      for (let i = 0; i < cells.length; i += cellsPerRow) this.#insertRow(cells, i);
    });
    this.#durable = cells[cells.length - cellsPerRow] as number;
    this.#witness.note(this.#durable);
  }

  /** Removes superseded rows and moves the start of history, in one transaction. */
  compact(upTo: number, superseded: readonly number[]): void {
    this.#guarded(() => {
      const remove = this.#database.prepare('DELETE FROM revisions WHERE revision = ?');
      for (const revision of superseded) remove.run(revision);
      writeMeta(this.#database, { compacted: upTo });
    });
  }

  /** `revision` is the highest that was ever assigned. */
  close(revision: number): void {
    try {
      this.#guarded(() => writeMeta(this.#database, { revision }));
    } catch {
      // Then the revisions of writes that failed are given out again: nobody has seen them.
    }
    this.#database.close();
    this.#witness.close();
  }

  #insertRow(cells: readonly Cell[], i: number): void {
    const revision = cells[i] as number;
    const key = cells[i + 1] as string;
    const createRevision = cells[i + 2] as number;
    const deleted = cells[i + 3] as number;
    const value = cells[i + 4] as string;
    const checksum = checksumOf(revision, key, createRevision, deleted, value);
    this.#insert.run(revision, key, createRevision, deleted, value, checksum);
  }

  #guarded(work: () => void): void {
    if (this.#suspect) this.#settle();
    try {
      this.#transaction(work);
    } catch (error) {
      this.#suspect = true;
      this.#trySettle();
      throw error;
    }
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // Some errors have rolled back already.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * After a failed transaction: a commit that returned an error may still lie, whole, behind the end of the log, and would come to
   * life in the recovery after a crash. A new connection sees what SQLite holds to be there; rows that nobody
   * acknowledged are removed, and a transaction that succeeds overwrites the tail of the log.
   */
  #settle(): void {
    const before = this.#database;
    // The old connection is closed second: closing the last one would fold in and remove the log.
    this.#database = this.#open();
    before.close();
    this.#insert = prepareInsert(this.#database);
    this.#transaction(() => {
      this.#database.prepare('DELETE FROM revisions WHERE revision > ?').run(this.#durable);
      writeMeta(this.#database, { revision: this.#durable });
    });
    this.#suspect = false;
  }

  #trySettle(): void {
    try {
      this.#settle();
    } catch {
      // Still suspect: nothing is written before it has worked, and the caller hears of the first error.
    }
  }

  #open(): Database {
    const database = new Sqlite(this.#layout.database, { fileMustExist: true });
    database.pragma('busy_timeout = 5000');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('cache_size = -4096');
    database.pragma(`journal_size_limit = ${walLimitBytes}`);
    database.pragma('cell_size_check = ON');
    if (this.#options.maxPageCount > 0) database.pragma(`max_page_count = ${this.#options.maxPageCount}`);
    return database;
  }
}

function prepareInsert(database: Database): Statement {
  return database.prepare('INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?)');
}
