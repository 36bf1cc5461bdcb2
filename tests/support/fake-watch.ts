// One open watch of the fake API: selects the changes of its collection and delivers them in later turns, as a network would.

import type { AnyObject, WatchEvent, WatchEventType } from '../../src/api/object.ts';
import type { WatchStream } from '../../src/client/transport.ts';

export interface FakeChange {
  type: WatchEventType;
  collection: string;
  object: AnyObject;
  previous: AnyObject | undefined;
  revision: number;
}

export class FakeWatch implements WatchStream {
  readonly done: Promise<void>;
  readonly collection: string;
  readonly #filter: (object: AnyObject) => boolean;
  readonly #onEvent: (event: WatchEvent) => void;
  readonly #onClose: () => void;
  readonly #end = Promise.withResolvers<void>();
  #waiting: WatchEvent[] = [];
  #closed = false;
  #scheduled = false;

  constructor(
    collection: string,
    filter: (object: AnyObject) => boolean,
    onEvent: (event: WatchEvent) => void,
    onClose: () => void,
  ) {
    this.collection = collection;
    this.#filter = filter;
    this.#onEvent = onEvent;
    this.#onClose = onClose;
    this.done = this.#end.promise;
    this.done.catch(() => {});
  }

  close(): void {
    this.#finish();
    this.#end.resolve();
  }

  fail(error: Error): void {
    this.#finish();
    this.#end.reject(error);
  }

  inject(event: WatchEvent): void {
    if (!this.#closed) this.#onEvent(event);
  }

  /** A change of this collection. An object that leaves the selection is deleted, one that enters it added. */
  push({ type, object, previous }: FakeChange): void {
    const was = previous !== undefined && this.#filter(previous);
    const is = type !== 'DELETED' && this.#filter(object);
    if (is) this.#waiting.push({ type: was ? 'MODIFIED' : 'ADDED', object });
    else if (was) this.#waiting.push({ type: 'DELETED', object });
  }

  deliverSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const event of this.#waiting.splice(0)) if (!this.#closed) this.#onEvent(event);
    });
  }

  #finish(): void {
    this.#closed = true;
    this.#onClose();
  }
}
