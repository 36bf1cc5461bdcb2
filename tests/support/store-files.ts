// Data directories for tests of the store on disk: made, damaged and removed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { SqliteStore } from '../../src/store/sqlite/store.ts';
import { put } from '../conformance/store-model.ts';

const root = mkdtempSync(join(tmpdir(), 'relevo-stores-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** A new directory, which is removed when all tests of the file are over. */
export function newDir(): string {
  return mkdtempSync(join(root, 'store-'));
}

/** Runs with a new directory, which is removed afterwards. */
export async function withDir(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = newDir();
  try {
    await run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs with the open store in `dir`, which is closed afterwards. */
export async function withStoreIn<T>(
  dir: string,
  run: (store: SqliteStore) => Promise<T> | T,
  options?: Parameters<typeof SqliteStore.open>[1],
): Promise<T> {
  const store = await SqliteStore.open(dir, options);
  try {
    return await run(store);
  } finally {
    await store.close();
  }
}

/** Objects enough for a database of many pages. */
export async function fillStore(store: SqliteStore, objects = 200): Promise<void> {
  const text = 'x'.repeat(500);
  await Promise.all(Array.from({ length: objects }, (_, i) => put(store, `pods/a/${i}`, text)));
}
