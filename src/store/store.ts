// The contract of the store: every object of the API by key, with revisions and watches. It knows nothing of kinds; of an object it knows
// only that metadata.resourceVersion must be the revision of its last change.
//
// The promise: nothing is acknowledged, read or watched before it is durable. Reads are synchronous, from memory, and show
// the durable state only; writes are decided on the newest accepted state and become visible when they are on disk.

import type { AnyObject } from '../api/object.ts';

/**
 * One durable object. Immutable and shared: the same reference is given to every reader. Read its fields; do not spread or clone it:
 * `value` may be a getter.
 */
export interface Stored {
  /** `resource/namespace/name` or `resource/name`; the resource has its group: `pods`, `deployments.apps`. */
  readonly key: string;
  /** Revision of the last change: a positive safe integer, also in value.metadata.resourceVersion. */
  readonly revision: number;
  readonly createRevision: number;
  /** The same object as long as this is the newest version of its key; after that it may be parsed anew, and is then equal. */
  readonly value: AnyObject;
  /** value as JSON text; made once and shared by every list and watch. */
  readonly json: string;
}

export interface StoreEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Revision of this change; strictly increasing over all keys. */
  readonly revision: number;
  /** The state after a put. For a delete the last state, with metadata.resourceVersion set to the delete's revision. */
  readonly object: Stored;
  /** The state before, or undefined for a creation. */
  readonly previous: Stored | undefined;
}

export interface ListOptions {
  /** Only keys that sort after this one (continue). */
  after?: string;
  /** At most so many; 0 or undefined means all. */
  limit?: number;
  /** The state as of this revision; throws CompactedError when history no longer reaches it, FutureRevisionError when it is ahead. Default: now. */
  revision?: number;
}

export interface ListResult {
  /** In key order (by UTF-16 code unit). */
  items: Stored[];
  /** Revision of the state shown. */
  revision: number;
  /** How many keys with the prefix lie after the last item. */
  remaining: number;
}

/**
 * What a write decides, given the newest accepted state. Throw to refuse: nothing happens and the error reaches the caller,
 * once the state that it rests on is durable.
 */
export type Decision =
  /** Store this value; the store sets metadata.resourceVersion on it (it takes ownership of the object and its metadata: a copy, never those of `current`). */
  | { op: 'put'; value: AnyObject }
  /** Remove the key; `value`, if given, is the last state that watchers see (e.g. with its deletionTimestamp). A copy, too. No key: as none. */
  | { op: 'delete'; value?: AnyObject }
  /** Change nothing: the promise resolves with the current state once that is durable. */
  | { op: 'none' };

/** After a put the new version, after a delete the last one (as in its event), after none the current one. */
export type WriteResult = { stored: Stored | undefined; changed: boolean };

export interface Subscription {
  /** Idempotent; no event is delivered after it. */
  close(): void;
}

export interface Store {
  /** The newest durable revision. */
  readonly revision: number;
  /** Revisions at or below this are no longer in history; the state at it can still be listed, and a watch from it begun. */
  readonly compactedRevision: number;

  get(key: string): Stored | undefined;

  /** `prefix` ends with `/` (`pods/`, `pods/default/`). */
  list(prefix: string, options?: ListOptions): ListResult;

  /** How many keys have the prefix. */
  count(prefix: string): number;

  /**
   * Reads the newest accepted state of one key, decides synchronously, and resolves when the outcome is durable.
   * Decisions on one key are strictly ordered; writes decided in the same turn share one transaction.
   * Rejects with StoreFullError or StoreFailedError when the disk refuses: then the write and everything decided on top of it did not happen.
   * Rejects with TypeError when `decide` gives back an object that is stored already, or writes itself.
   */
  write(key: string, decide: (current: Stored | undefined) => Decision): Promise<WriteResult>;

  /**
   * Calls `onEvents` with every change of a key under `prefix` with a revision above `fromRevision`, once and in order: first, synchronously,
   * what history holds, then live, in batches of one commit. Throws CompactedError or FutureRevisionError.
   * What `onEvents` throws goes to the store's onListenerError; the watch stays.
   */
  watch(
    prefix: string,
    fromRevision: number,
    onEvents: (events: readonly StoreEvent[]) => void,
  ): Subscription;

  /** Called with the new durable revision after each commit, after the watchers: for bookmarks and waits. */
  onCommit(listener: (revision: number) => void): Subscription;

  /** Waits for what is in flight, then closes. Idempotent. Later writes reject with StoreFailedError; reads go on. */
  close(): Promise<void>;
}

/** History no longer reaches the revision asked for. */
export class CompactedError extends Error {
  readonly requested: number;
  readonly compacted: number;

  constructor(requested: number, compacted: number) {
    super(`revision ${requested} was compacted; the oldest kept is ${compacted + 1}`);
    this.name = 'CompactedError';
    this.requested = requested;
    this.compacted = compacted;
  }
}

/** The revision asked for has not been reached yet. */
export class FutureRevisionError extends Error {
  readonly requested: number;
  readonly current: number;

  constructor(requested: number, current: number) {
    super(`revision ${requested} is ahead of the newest, ${current}`);
    this.name = 'FutureRevisionError';
    this.requested = requested;
    this.current = current;
  }
}

/** The disk is full: the write did not happen. Reads go on, and writes work again when there is room. */
export class StoreFullError extends Error {
  override name = 'StoreFullError';
}

/** The database refused a write for another reason, or the store is closed; the write did not happen. */
export class StoreFailedError extends Error {
  override name = 'StoreFailedError';
}
