// The files of a store in its data directory, and how a file gets there whole or not at all.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Layout {
  readonly dir: string;
  readonly database: string;
  readonly wal: string;
  /** The newest acknowledged revision; see witness.ts. */
  readonly witness: string;
  /** Says that there is a database here; see marker.ts. */
  readonly marker: string;
  readonly lock: string;
  /** Who holds the lock; for messages only. */
  readonly pid: string;
}

export function layoutOf(dir: string): Layout {
  return {
    dir,
    database: join(dir, 'store.db'),
    wal: join(dir, 'store.db-wal'),
    witness: join(dir, 'store.revision'),
    marker: join(dir, 'store.json'),
    lock: join(dir, 'store.lock'),
    pid: join(dir, 'store.pid'),
  };
}

/** Creates the directory for its owner only: the store holds Secrets. */
export function makeDataDir(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
}

/** Bytes of the file, or undefined when there is none. */
export function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

/** Waits until the contents of a file, or the entries of a directory, are on disk. */
export function syncToDisk(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Gives a finished file its name, durably. */
export function renameDurably(from: string, to: string): void {
  syncToDisk(from);
  renameSync(from, to);
  syncToDisk(dirname(to));
}

/** Replaces a small file: after a crash it has the old text or the new one. */
export function writeDurably(file: string, text: string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameDurably(temporary, file);
}
