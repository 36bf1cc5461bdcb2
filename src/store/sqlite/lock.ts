// One process per data directory. The lock is on a file of its own, because closing any other handle on a locked file would give the lock
// away (POSIX).

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tryFileLock } from '../../base/file-lock.ts';
import { lockedError } from './errors.ts';
import type { Layout } from './layout.ts';

export interface Lock {
  release(): void;
}

/** Throws StoreFileError (locked) with the holder's pid when somebody has it. */
export function acquireLock(layout: Layout): Lock {
  const lock = tryFileLock(layout.lock);
  if (!lock) throw lockedError(layout.database, holderOf(layout));
  writeFileSync(layout.pid, `${process.pid}\n`);
  return {
    release() {
      rmSync(layout.pid, { force: true });
      lock.release();
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
