// One holder per file, machine-wide. The lock is SQLite's own on an empty file: the kernel takes it back when its holder dies, however
// it dies. The file itself stays.

import { closeSync, openSync } from 'node:fs';
import Sqlite from 'better-sqlite3';

export interface FileLock {
  /** Idempotent. */
  release(): void;
}

/** Undefined when somebody has it, this process included. The folder must exist; the file is made for its owner only. */
export function tryFileLock(file: string): FileLock | undefined {
  closeSync(openSync(file, 'a', 0o600));
  const database = new Sqlite(file, { timeout: 0 });
  try {
    // Nothing is ever written: no journal file, then, that a killed holder would leave behind. (OFF is refused.)
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return { release: () => void database.close() };
}
