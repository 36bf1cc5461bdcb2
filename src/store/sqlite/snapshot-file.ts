// The work behind snapshot.ts, done in a worker thread: one compact, checked file out of a store, and a store out of such a file.

import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { checkMeta, checkPages, hasDatabase, openReadOnly, readRows } from './check.ts';
import { codeOf, missingError, openError, StoreFileError, type StoreFileProblem } from './errors.ts';
import { isFull } from './failure.ts';
import { type Layout, layoutOf, makeDataDir, renameDurably, sizeOf, syncToDisk } from './layout.ts';
import { acquireLock } from './lock.ts';
import { readMarker, writeMarker } from './marker.ts';
import { readMeta, writeMeta } from './schema.ts';
import { readWitness } from './witness.ts';

/** How far a restored store jumps ahead: more than any history that was written after the snapshot was taken. */
const revisionJump = 1_000_000_000;

export interface Restored {
  /** Newest revision of the restored store. */
  revision: number;
  /** Where the database that was there is now. */
  replaced: string | undefined;
}

/** Saves what is durable now. The store may be running, here or in another process: a reader of its own sees one moment of it. */
export function saveFile(dir: string, file: string): void {
  const { database, marker } = layoutOf(dir);
  if (!hasDatabase(layoutOf(dir), undefined)) throw missingError(database, marker);
  // Copying reads what is damaged without a word, and whoever has a snapshot relies on it.
  checkWhole(database);
  copyChecked(database, file);
}

export function restoreFile(file: string, dir: string, stamp: string): Restored {
  const layout = layoutOf(dir);
  makeDataDir(dir);
  const lock = acquireLock(layout);
  try {
    return restoreLocked(file, layout, stamp);
  } finally {
    lock.release();
  }
}

function restoreLocked(file: string, layout: Layout, stamp: string): Restored {
  const fresh = `${layout.database}.restoring`;
  checkSnapshot(file);
  copyChecked(file, fresh);
  try {
    const revision = highWaterMark(layout, fresh) + revisionJump;
    const cluster = startAnew(fresh, revision);
    // Before the swap: even a crash in between leaves no way back to an older revision.
    writeMarker(layout, { cluster, revisionFloor: revision });
    const replaced = putAside(layout, `${layout.database}.replaced-${stamp}`);
    renameDurably(fresh, layout.database);
    return { revision, replaced };
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** One transaction's view of a store's database in a file of its own, under its name only when it is complete and on disk. */
function copyChecked(from: string, to: string): void {
  const temporary = `${to}.partial-${process.pid}`;
  refuseFolder(to);
  makeEmpty(temporary, to);
  try {
    const database = openReadOnly(from);
    try {
      checkMeta(database);
      database.prepare('VACUUM INTO ?').run(temporary);
    } finally {
      database.close();
    }
    renameDurably(temporary, to);
  } catch (error) {
    throw isFull(error) ? noRoomError(to, error) : openError(from, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function refuseFolder(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new StoreFileError('io', file, 'is a folder; name a file in it');
}

/** For the owner only from the start: it holds Secrets. `file` is what whoever asked for it calls it. */
function makeEmpty(temporary: string, file: string): void {
  try {
    rmSync(temporary, { force: true });
    closeSync(openSync(temporary, 'wx', 0o600));
  } catch (cause) {
    if (isFull(cause)) throw noRoomError(file, cause);
    const detail = `cannot be written (${codeOf(cause)}); name a file in a folder that can`;
    throw new StoreFileError('io', file, detail, { cause });
  }
}

function noRoomError(file: string, cause: unknown): StoreFileError {
  return new StoreFileError('io', file, 'there is no room on the disk for it', { cause });
}

function checkSnapshot(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new StoreFileError('missing', file, 'there is no such file; name one that a snapshot was saved in');
  }
  try {
    checkWhole(file);
  } catch (cause) {
    const { problem } = cause as StoreFileError;
    throw new StoreFileError(problem, file, snapshotProblems[problem] ?? (cause as Error).message, { cause });
  }
}

/** What is wrong with a database is told with a snapshot as the way out, which is of no use here. */
const snapshotProblems: Partial<Record<StoreFileProblem, string>> = {
  foreign: 'is no snapshot; name a file that a snapshot was saved in',
  corrupt: 'the snapshot is damaged; take another one',
  newer: 'the snapshot was made by a newer version; use that version',
};

/** All that can be checked about a file, down to each row's checksum. */
function checkWhole(file: string): void {
  try {
    const database = openReadOnly(file);
    try {
      checkMeta(database);
      checkPages(database, 'integrity_check');
      for (const _ of readRows(database));
    } finally {
      database.close();
    }
  } catch (error) {
    throw openError(file, error);
  }
}

/** No revision above this was ever given out, by the store that is there or by the one that the snapshot is of. */
function highWaterMark(layout: Layout, fresh: string): number {
  const floor = Math.max(readWitness(layout.witness), markedFloor(layout));
  return Math.max(floor, newestRevision(fresh), newestRevision(layout.database));
}

function markedFloor(layout: Layout): number {
  try {
    return readMarker(layout)?.revisionFloor ?? 0;
  } catch {
    // A damaged marker is about to be replaced.
    return 0;
  }
}

/** 0 where there is no database that can be read: what is restored is often the cure for that. */
function newestRevision(file: string): number {
  try {
    const database = openReadOnly(file);
    try {
      const { revision = 0, compacted = 0 } = readMeta(database);
      const last = database.prepare('SELECT max(revision) FROM revisions').pluck().get() as number | null;
      return Math.max(revision, compacted, last ?? 0);
    } finally {
      database.close();
    }
  } catch {
    return 0;
  }
}

/** Leaves only the live objects, as the state at `revision`: every older watch finds its revision compacted. Returns the cluster's id. */
function startAnew(file: string, revision: number): string {
  const database = new Sqlite(file);
  try {
    const { cluster } = checkMeta(database);
    database.transaction(() => {
      database.exec(
        'DELETE FROM revisions WHERE deleted = 1 OR revision NOT IN (SELECT max(revision) FROM revisions GROUP BY key)',
      );
      writeMeta(database, { revision, compacted: revision });
    })();
    return cluster;
  } finally {
    database.close();
  }
}

/** The log goes first: a database may stand without its log, and is then refused, but a log must never meet another database. */
function putAside(layout: Layout, name: string): string | undefined {
  rmSync(`${layout.database}-shm`, { force: true });
  if (sizeOf(layout.wal)) renameSync(layout.wal, `${name}-wal`);
  else rmSync(layout.wal, { force: true });
  const there = sizeOf(layout.database) !== undefined;
  if (there) renameSync(layout.database, name);
  syncToDisk(layout.dir);
  return there ? name : undefined;
}
