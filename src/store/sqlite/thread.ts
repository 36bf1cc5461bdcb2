// The worker thread seen from outside: a request becomes a promise of its answer.

import { Worker } from 'node:worker_threads';
import { entryUrl } from '../../base/entry.ts';
import { StoreFailedError } from '../store.ts';
import { errorOf } from './failure.ts';
import type { Operation, Progress, Reply, Request, Requests } from './messages.ts';

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #dead: Error | undefined;

  constructor() {
    // Without the program's own flags: some (--input-type) forbid a worker that is a file.
    this.#worker = new Worker(entryUrl('store/sqlite/worker'), {
      name: 'store',
      execArgv: [],
      // It passes texts on and keeps nothing.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(new Error(`exit code ${code}`)));
  }

  /** Requests are carried out in order. Rejects with StoreFileError, StoreFullError or StoreFailedError. */
  request<O extends Operation>(
    operation: O,
    input: Requests[O]['input'],
    onProgress?: (progress: Progress) => void,
  ): Promise<Requests[O]['output']> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (output: unknown) => void, reject, onProgress });
      this.#worker.postMessage({ id, operation, input } satisfies Request<O>);
    });
  }

  /** Ends the thread; what it has not answered fails. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    if ('progress' in reply) {
      this.#report(reply.id, waiting, reply.progress);
      return;
    }
    this.#waiting.delete(reply.id);
    if ('failure' in reply) waiting.reject(errorOf(reply.failure));
    else waiting.resolve(reply.output);
  }

  #report(id: number, waiting: Waiting, progress: Progress): void {
    try {
      waiting.onProgress?.(progress);
    } catch (error) {
      this.#waiting.delete(id);
      waiting.reject(error as Error);
    }
  }

  #die(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#dead ??= new StoreFailedError(`the store's thread has ended (${reason}); start the program again`, {
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}
