// The log on disk: one message to the worker per batch, one transaction and one fsync there.

import type { Log } from '../log.ts';
import type { Change } from '../version.ts';
import type { Cell } from './schema.ts';
import type { Thread } from './thread.ts';

export class SqliteLog implements Log {
  readonly #thread: Thread;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  append(changes: readonly Change[]): Promise<void> {
    const cells: Cell[] = [];
    for (const { type, object } of changes) {
      cells.push(object.revision, object.key, object.createRevision, type === 'delete' ? 1 : 0, object.json);
    }
    return this.#thread.request('commit', cells);
  }

  async compact(upTo: number, superseded: readonly number[]): Promise<boolean> {
    try {
      await this.#thread.request('compact', { upTo, superseded: [...superseded] });
      return true;
    } catch {
      // A disk that refuses this refuses writes too, and they say so.
      return false;
    }
  }

  async close(revision: number): Promise<void> {
    try {
      await this.#thread.request('close', { revision });
    } finally {
      await this.#thread.end();
    }
  }
}
