// One process per data directory. The lock is SQLite's own on an empty file: the kernel takes it back when its holder dies, however
// it dies. A file of its own, because closing any other handle on a locked file would give the lock away (POSIX).

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { codeOf, lockedError } from './errors.ts';
import type { Layout } from './layout.ts';

export interface Lock {
  release(): void;
}

/** Throws StoreFileError (locked) with the holder's pid when somebody has it. */
export function acquireLock(layout: Layout): Lock {
  const file = new Sqlite(layout.lock, { timeout: 0 });
  try {
    // Nothing is ever written: no journal, then, that a killed holder would leave behind.
    file.pragma('journal_mode = OFF');
    file.exec('BEGIN EXCLUSIVE');
    writeFileSync(layout.pid, `${process.pid}\n`);
  } catch (error) {
    file.close();
    throw codeOf(error).startsWith('SQLITE_BUSY') ? lockedError(layout.database, holderOf(layout)) : error;
  }
  return {
    release() {
      rmSync(layout.pid, { force: true });
      file.close();
    },
  };
}

function holderOf(layout: Layout): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(layout.pid, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    // The holder may be between taking the lock and writing its pid, or on its way out.
    return undefined;
  }
}
