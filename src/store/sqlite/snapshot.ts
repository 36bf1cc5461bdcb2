// Snapshots: one file that holds a store as it was at one moment, and the way back.

import type { Restored } from './snapshot-file.ts';
import type { SqliteStore } from './store.ts';
import { Thread } from './thread.ts';

/**
 * Saves everything acknowledged so far into `file`, which is replaced if it exists, and appears only when it is complete and on disk.
 * `from` is a store, or a data directory, in use or not, by any process; writes go on meanwhile.
 * Rejects with StoreFileError, StoreFullError or StoreFailedError; then `file` is as it was.
 */
export async function saveSnapshot(from: SqliteStore | string, file: string): Promise<void> {
  const dir = typeof from === 'string' ? from : from.dir;
  await inThread((thread) => thread.request('saveSnapshot', { dir, file }));
}

/**
 * Puts the objects of a snapshot (or of a store's database file) into `dataDir`; the database there stays beside it as
 * `store.db.replaced-DATE`. Revisions jump ahead of whatever either of them gave out, and nothing before is watchable.
 * `now` dates that name. Rejects with StoreFileError when the store is in use, or the file is damaged, foreign or newer;
 * then nothing has changed.
 */
export function restoreSnapshot(file: string, dataDir: string, now: Date = new Date()): Promise<Restored> {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  return inThread((thread) => thread.request('restoreSnapshot', { file, dir: dataDir, stamp }));
}

async function inThread<T>(work: (thread: Thread) => Promise<T>): Promise<T> {
  const thread = new Thread();
  try {
    return await work(thread);
  } finally {
    await thread.end();
  }
}
