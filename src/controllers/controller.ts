// The one loop of all controllers: informers name keys, workers reconcile them, and every policy of retrying is here.
// A controller is a function from a key to "the world is now as that object wants it"; it talks to the API only through the client.

import type { KubeObject } from '../api/object.ts';
import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { Informer, InformerHandler } from '../client/informer.ts';
import { keyOf } from '../client/object-key.ts';
import { isStatusError } from '../client/response-error.ts';
import type { SharedInformers } from '../client/shared-informers.ts';
import { WorkQueue } from '../client/workqueue.ts';

/** What every controller is made of. Whoever made these closes them, after the controllers. */
export interface ControllerContext {
  client: Client;
  informers: SharedInformers;
  recorder: EventRecorder;
  clock: Clock;
  logger: Logger;
  random: Random;
  metrics?: ControllerMetrics;
}

export interface ControllerMetrics {
  reconciled(controller: string, outcome: 'ok' | 'retry' | 'terminal', durationMs: number): void;
  queueLength(controller: string, length: number): void;
}

/** Reconcile again after so many milliseconds, even if nothing changes; undefined: only on a change. */
export interface ReconcileResult {
  requeueAfterMs?: number;
}

/**
 * Brings the world in line with one object; the key may name one that is gone. Throwing means back off and try again, TerminalError
 * means wait for the next change. The signal is aborted when the controller closes.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most controllers return nothing
export type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult | void>;

export interface ControllerOptions {
  /** Kubernetes' name where it has one: `deployment-controller`. */
  name: string;
  reconcile: Reconcile;
  /** How many keys are worked on at the same time. Default 5. */
  workers?: number;
  /** Keys that a change names wait so long for more changes. Default 0. */
  batchMs?: number;
}

/** Trying again would not help until something changes. */
export class TerminalError extends Error {
  override name = 'TerminalError';
}

export class Controller {
  readonly name: string;
  readonly #context: ControllerContext;
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  readonly #informers = new Set<{ synced(): Promise<void> }>();
  readonly #detach: (() => void)[] = [];
  readonly #abort = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(context: ControllerContext, options: ControllerOptions) {
    this.name = options.name;
    this.#context = context;
    this.#options = options;
    this.#queue = new WorkQueue({ clock: context.clock, random: context.random });
  }

  /** Adds a key. No effect after close(). */
  enqueue(key: string): void {
    this.#queue.addAfter(key, this.#options.batchMs ?? 0);
  }

  /** Adds a key later; of several the earliest counts. */
  enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }

  /**
   * Adds the keys that a change of an object names, before and after the change; by default its own. The first reconcile waits
   * until the informer is synced.
   */
  watch<T extends KubeObject>(
    informer: Informer<T>,
    keysOf: (object: T) => Iterable<string> = (object) => [keyOf(object)],
  ): void {
    const add = (object: T) => {
      for (const key of keysOf(object)) this.enqueue(key);
    };
    const updated = (object: T, old: T) => {
      add(old);
      add(object);
    };
    this.observe(informer, { added: add, updated, deleted: add });
  }

  /** Like watch(), for a controller that must look at the changes itself. Without a handler it only waits for the informer. */
  observe<T extends KubeObject>(informer: Informer<T>, handler: InformerHandler<T> = {}): void {
    this.#informers.add(informer);
    this.#detach.push(informer.addHandler(handler));
  }

  /** Idempotent. The informers are started by whoever owns them. */
  start(): void {
    if (this.#abort.signal.aborted) return;
    this.#running ??= this.#run();
  }

  /** Waits for what is being reconciled; keys that still wait are left. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    for (const detach of this.#detach.splice(0)) detach();
    await Promise.all([this.#queue.shutDown(), this.#running]);
  }

  async #run(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#abort.signal.addEventListener('abort', () => resolve());
    });
    const synced = Promise.all([...this.#informers].map((informer) => informer.synced()));
    // Informers that are closed before they are synced never will be; close() of this controller follows.
    await Promise.race([closed, synced.catch(() => closed)]);
    const workers = Array.from({ length: this.#options.workers ?? 5 }, () => this.#work());
    await Promise.all(workers);
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      this.#context.metrics?.queueLength(this.name, this.#queue.length);
      if (!this.#abort.signal.aborted) await this.#process(key);
      this.#queue.done(key);
    }
  }

  async #process(key: string): Promise<void> {
    const { clock, metrics } = this.#context;
    const start = clock.monotonic();
    const outcome = await this.#attempt(key);
    metrics?.reconciled(this.name, outcome, clock.monotonic() - start);
  }

  async #attempt(key: string): Promise<'ok' | 'retry' | 'terminal'> {
    try {
      const result = await this.#options.reconcile(key, this.#abort.signal);
      this.#queue.forget(key);
      if (result?.requeueAfterMs !== undefined) this.#queue.addAfter(key, result.requeueAfterMs);
      return 'ok';
    } catch (error) {
      return this.#failed(key, error);
    }
  }

  #failed(key: string, error: unknown): 'retry' | 'terminal' {
    const fields = { controller: this.name, key, error };
    if (error instanceof TerminalError) {
      this.#queue.forget(key);
      this.#context.logger.error('reconcile failed for good', fields);
      return 'terminal';
    }
    this.#queue.addRateLimited(key);
    // Somebody else wrote first, or the controller is closing: nothing is wrong.
    const expected = isStatusError(error, 409) || this.#abort.signal.aborted;
    this.#context.logger[expected ? 'debug' : 'warn']('reconcile failed, trying again', fields);
    return 'retry';
  }
}
