// The store on disk: one SQLite database in a data directory, written by a worker thread and read only when it is opened.

import { resolveStoreOptions, type StoreOptions } from '../defaults.ts';
import { LoggedStore } from '../logged-store.ts';
import { layoutOf } from './layout.ts';
import { Loading } from './loading.ts';
import { SqliteLog } from './log.ts';
import { Thread } from './thread.ts';

export interface SqliteStoreOptions extends StoreOptions {
  /** Pages of 4 KiB that the database may have at most; writes beyond reject with StoreFullError. Default 0: no limit. */
  maxPageCount?: number;
}

export class SqliteStore extends LoggedStore {
  /** The data directory. */
  readonly dir: string;

  private constructor(dir: string, ...parts: ConstructorParameters<typeof LoggedStore>) {
    super(...parts);
    this.dir = dir;
  }

  /**
   * Opens the store in `dir`, which is made with an empty store in it when there is none.
   * Rejects with StoreFileError when the directory is in use, or when what is there is damaged, incomplete, foreign or newer.
   */
  static async open(dir: string, options: SqliteStoreOptions = {}): Promise<SqliteStore> {
    const { clock } = resolveStoreOptions(options);
    const thread = new Thread();
    try {
      const loading = new Loading(layoutOf(dir).database, clock.monotonic());
      const input = { dir, options: { maxPageCount: options.maxPageCount ?? 0 } };
      const { revision } = await thread.request('open', input, (progress) => {
        if ('cells' in progress) loading.add(progress.cells);
        else loading.begin(progress.compacted);
      });
      const log = new SqliteLog(thread);
      return new SqliteStore(dir, { log, loaded: loading.finish(revision), soon: setImmediate, options });
    } catch (error) {
      await thread.end();
      throw error;
    }
  }
}
