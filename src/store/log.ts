// What a driver of the store does: put changes on disk, in order. Everything else about a store is the same for all of them.

import type { Change } from './version.ts';

export interface Log {
  /**
   * Resolves when all of the changes are durable; rejects with StoreFullError or StoreFailedError when none of them is, and never will be.
   * Called again only when the call before has settled; revisions grow over all calls.
   */
  append(changes: readonly Change[]): Promise<void>;

  /**
   * Forgets the past up to and including the revision `upTo`: none but the listed superseded revisions at or below it are given up.
   * Resolves to false when that was not possible now; then the same revisions are given again later. Never rejects.
   */
  compact(upTo: number, superseded: readonly number[]): Promise<boolean>;

  /** Called once, when nothing is in flight. `revision` is the highest that was ever assigned. */
  close(revision: number): Promise<void>;
}
