// A store over a log: decides writes on the newest accepted state, appends them in batches, one batch at a time, and makes
// them visible when the log says that they are durable. Reads never wait.

import { Compaction } from './compaction.ts';
import { type ResolvedStoreOptions, resolveStoreOptions, type StoreOptions } from './defaults.ts';
import type { Log } from './log.ts';
import { type Loaded, State } from './state.ts';
import {
  type Decision,
  type ListOptions,
  type ListResult,
  type Store,
  type Stored,
  type StoreEvent,
  StoreFailedError,
  type Subscription,
  type WriteResult,
} from './store.ts';
import { type Change, deleteChange, putChange, type Version } from './version.ts';

/** A change that is accepted and not yet durable. */
interface Pending {
  readonly change: Change;
  readonly outcome: PromiseWithResolvers<WriteResult>;
}

interface LoggedStoreParts {
  log: Log;
  loaded: Loaded;
  /** Calls the function soon, once what is going on now has had its chance to decide more writes. */
  soon: (flush: () => void) => void;
  options?: StoreOptions;
}

export class LoggedStore implements Store {
  readonly #log: Log;
  readonly #state: State;
  readonly #soon: (flush: () => void) => void;
  readonly #options: ResolvedStoreOptions;
  readonly #compaction: Compaction;
  /** The newest accepted change of every key that has one. */
  readonly #heads = new Map<string, Pending>();
  #queue: Pending[] = [];
  /** The last revision given to a change, durable or not. */
  #assigned: number;
  #flushing: Promise<void> | undefined;
  #deciding = false;
  #closing: Promise<void> | undefined;

  constructor({ log, loaded, soon, options }: LoggedStoreParts) {
    this.#log = log;
    this.#soon = soon;
    this.#options = resolveStoreOptions(options);
    this.#state = new State(loaded, this.#options);
    this.#assigned = loaded.revision;
    this.#compaction = new Compaction(log);
    this.#compaction.add(this.#state.trim(this.#options.clock.monotonic()));
  }

  get revision(): number {
    return this.#state.revision;
  }

  get compactedRevision(): number {
    return this.#state.compactedRevision;
  }

  get(key: string): Stored | undefined {
    return this.#state.get(key);
  }

  list(prefix: string, options?: ListOptions): ListResult {
    return this.#state.list(prefix, options);
  }

  count(prefix: string): number {
    return this.#state.count(prefix);
  }

  watch(
    prefix: string,
    fromRevision: number,
    onEvents: (events: readonly StoreEvent[]) => void,
  ): Subscription {
    return this.#state.watch(prefix, fromRevision, onEvents);
  }

  onCommit(listener: (revision: number) => void): Subscription {
    return this.#state.onCommit(listener);
  }

  write(key: string, decide: (current: Stored | undefined) => Decision): Promise<WriteResult> {
    const head = this.#heads.get(key);
    const current = head === undefined ? this.#state.get(key) : head.change.after;
    let change: Change | undefined;
    try {
      change = this.#decide(key, current, decide);
    } catch (error) {
      return settledAfter(head, () => Promise.reject(error));
    }
    if (change === undefined)
      return settledAfter(head, () => Promise.resolve({ stored: current, changed: false }));
    return this.#accept(change);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #decide(
    key: string,
    current: Version | undefined,
    decide: (current: Stored | undefined) => Decision,
  ): Change | undefined {
    if (this.#closing) throw new StoreFailedError('the store is closed');
    if (this.#deciding) throw new TypeError(`${key}: a decision must not write; write when it has resolved`);
    this.#deciding = true;
    try {
      return this.#changeOf(key, current, decide(current));
    } finally {
      this.#deciding = false;
    }
  }

  #changeOf(key: string, current: Version | undefined, decision: Decision): Change | undefined {
    const revision = this.#assigned + 1;
    if (decision.op === 'put') return putChange(key, revision, current, decision.value);
    if (decision.op === 'delete' && current !== undefined) {
      return deleteChange(revision, current, decision.value);
    }
    return undefined;
  }

  #accept(change: Change): Promise<WriteResult> {
    const pending: Pending = { change, outcome: Promise.withResolvers() };
    this.#assigned = change.revision;
    this.#heads.set(change.key, pending);
    this.#queue.push(pending);
    this.#flushing ??= this.#flushSoon();
    return pending.outcome.promise;
  }

  async #flushSoon(): Promise<void> {
    await new Promise<void>((resolve) => this.#soon(resolve));
    while (this.#queue.length > 0) await this.#flush();
    this.#flushing = undefined;
  }

  async #flush(): Promise<void> {
    const batch = this.#queue;
    this.#queue = [];
    try {
      await this.#log.append(batch.map(({ change }) => change));
    } catch (error) {
      this.#fail(batch, error);
      return;
    }
    this.#succeed(batch);
  }

  #succeed(batch: readonly Pending[]): void {
    for (const pending of batch) {
      if (this.#heads.get(pending.change.key) === pending) this.#heads.delete(pending.change.key);
    }
    const changes = batch.map(({ change }) => change);
    this.#compaction.add(this.#state.commit(changes, this.#options.clock.monotonic()));
    for (const { change, outcome } of batch) outcome.resolve({ stored: change.object, changed: true });
  }

  /** Rejects the batch and what was meanwhile decided on top of it; their revisions are never used again by this process. */
  #fail(batch: readonly Pending[], error: unknown): void {
    const lost = new Set(batch.map(({ change }) => change.key));
    const doomed = this.#queue.filter(({ change }) => lost.has(change.key));
    this.#queue = this.#queue.filter(({ change }) => !lost.has(change.key));
    for (const key of lost) this.#heads.delete(key);
    for (const { outcome } of [...batch, ...doomed]) outcome.reject(error);
  }

  async #close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    await this.#compaction.finish();
    await this.#log.close(this.#assigned);
  }
}

/** Outcomes that rest on an accepted state are told only when it is durable; when it never is, they fail with it. */
function settledAfter(head: Pending | undefined, outcome: () => Promise<WriteResult>): Promise<WriteResult> {
  return head === undefined ? outcome() : head.outcome.promise.then(outcome);
}
