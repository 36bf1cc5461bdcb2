// Carries events to the API one after the other, in the background. What cannot be sent is dropped: an event is not worth a retry storm.

import type { CoreV1Event } from '../api/generated/types.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from './client.ts';
import type { CorrelatedEvent } from './event-correlator.ts';
import { events } from './resources.ts';
import { isStatusError } from './response-error.ts';

/** Beyond so many waiting ones the newest are dropped. */
const maxWaiting = 1000;

export class EventSender {
  readonly #client: Client;
  readonly #logger: Logger;
  /** By name: a higher count replaces one that was not sent yet. */
  readonly #waiting = new Map<string, CorrelatedEvent>();
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(client: Client, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  send(event: CorrelatedEvent): void {
    const name = `${event.metadata.namespace}/${event.metadata.name}`;
    if (this.#closed || (this.#waiting.size >= maxWaiting && !this.#waiting.has(name))) return;
    this.#waiting.set(name, event);
    this.#sending ??= this.#drain();
  }

  /** Resolves when nothing waits. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  async #drain(): Promise<void> {
    // Not before the caller's own work: recording must cost it nothing.
    await Promise.resolve();
    for (const [name, event] of this.#waiting) {
      this.#waiting.delete(name);
      await this.#deliver(event).catch((error: unknown) => {
        this.#logger.debug('an event was not recorded', { reason: event.reason, error });
      });
    }
    this.#sending = undefined;
  }

  async #deliver(event: CorrelatedEvent): Promise<void> {
    const api = this.#client.resource<CoreV1Event>(events, event.metadata.namespace);
    if (event.count > 1 && (await this.#raise(event))) return;
    await api.create(event);
  }

  /** False when the event is no longer there (or never was): then it is created with its count. */
  async #raise(event: CorrelatedEvent): Promise<boolean> {
    const { count, lastTimestamp, message } = event;
    const api = this.#client.resource<CoreV1Event>(events, event.metadata.namespace);
    try {
      await api.patch(String(event.metadata.name), { count, lastTimestamp, message });
      return true;
    } catch (error) {
      if (isStatusError(error, 404)) return false;
      throw error;
    }
  }
}
