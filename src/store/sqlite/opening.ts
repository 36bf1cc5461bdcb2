// From a data directory to an open database: lock, check, read everything, and only then open it for writing.

import { rmSync } from 'node:fs';
import { checkMeta, checkPages, hasDatabase, openReadOnly, readRows } from './check.ts';
import { createDatabase, type DatabaseOptions, RevisionDatabase } from './database.ts';
import { behindError, openError } from './errors.ts';
import { type Layout, layoutOf, makeDataDir, renameDurably } from './layout.ts';
import { acquireLock, type Lock } from './lock.ts';
import { readMarker, writeMarker } from './marker.ts';
import { type Cell, cellsPerRow, type Meta } from './schema.ts';
import { readWitness } from './witness.ts';

export interface Opened {
  readonly database: RevisionDatabase;
  readonly lock: Lock;
  /** The high-water mark of revisions. */
  readonly revision: number;
}

/** Receives what is in the database: once the start of history, then the rows in order of revision. */
interface RowSink {
  begin(compacted: number): void;
  rows(cells: Cell[]): void;
}

/** Throws StoreFileError, with the directory unlocked and the database as it was. */
export function openDataDir(dir: string, options: DatabaseOptions, sink: RowSink): Opened {
  const layout = layoutOf(dir);
  try {
    makeDataDir(dir);
    const lock = acquireLock(layout);
    try {
      return { lock, ...openLocked(layout, options, sink) };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw openError(layout.database, error);
  }
}

function openLocked(layout: Layout, options: DatabaseOptions, sink: RowSink): Omit<Opened, 'lock'> {
  const marker = readMarker(layout);
  if (!hasDatabase(layout, marker)) create(layout);
  const { meta, revision } = readAll(layout, sink);
  const newest = Math.max(revision, marker?.revisionFloor ?? 0);
  const database = new RevisionDatabase(layout, options, newest);
  if (marker === undefined) writeMarker(layout, { cluster: meta.cluster, revisionFloor: 0 });
  return { database, revision: newest };
}

function create(layout: Layout): void {
  const temporary = `${layout.database}.new`;
  for (const leftover of [temporary, `${temporary}-wal`, `${temporary}-shm`])
    rmSync(leftover, { force: true });
  createDatabase(temporary);
  renameDurably(temporary, layout.database);
}

function readAll(layout: Layout, sink: RowSink): { meta: Meta; revision: number } {
  const database = openReadOnly(layout.database);
  try {
    const meta = checkMeta(database);
    checkPages(database, 'quick_check');
    sink.begin(meta.compacted);
    let revision = Math.max(meta.revision, meta.compacted);
    for (const cells of readRows(database)) {
      revision = Math.max(revision, lastRevision(cells));
      sink.rows(cells);
    }
    const acknowledged = readWitness(layout.witness);
    if (revision < acknowledged) throw behindError(layout.database, revision, acknowledged);
    return { meta, revision };
  } finally {
    database.close();
  }
}

function lastRevision(cells: readonly Cell[]): number {
  return cells[cells.length - cellsPerRow] as number;
}
