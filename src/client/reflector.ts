// Keeps a copy of one resource current: a paged list, then the watch from its revision. A broken stream is resumed from the last
// revision seen; where history no longer reaches it, everything is listed again. What is done with the objects is the sink's business.

import type { KubeObject, WatchEvent } from '../api/object.ts';
import type { Status } from '../api/status.ts';
import { Backoff, type Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from './client.ts';
import { type Resource, resourceName } from './resource.ts';
import type { ResourceClient } from './resource-client.ts';
import { isStatusError, statusErrorFrom } from './response-error.ts';
import type { WatchStream } from './transport.ts';

export interface ReflectorOptions<T extends KubeObject> {
  client: Client;
  resource: Resource<T>;
  /** Default: all namespaces. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Objects per page of a list. Default 500. */
  pageSize?: number;
  clock: Clock;
  random: Random;
  logger: Logger;
}

export interface ReflectorSink<T> {
  /** Everything there is, after a list. */
  replace(objects: readonly T[]): void;
  changed(object: T): void;
  deleted(object: T): void;
}

const pause = { initialMs: 50, maxMs: 5_000, jitter: 0.5 };
/** Streams are asked to end after 5 to 10 minutes, so that watchers move on from a server that forgot them. */
const streamSeconds = 300;

export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #sink: ReflectorSink<T>;
  readonly #api: ResourceClient<T>;
  readonly #backoff: Backoff;
  /** Undefined: list first. */
  #resourceVersion: string | undefined;

  constructor(options: ReflectorOptions<T>, sink: ReflectorSink<T>) {
    this.#options = options;
    this.#sink = sink;
    this.#api = options.client.resource(options.resource, options.namespace);
    this.#backoff = new Backoff(pause, options.random);
  }

  /** Runs until the signal is aborted; never rejects. The sink is not called after it resolved. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#follow(signal);
      } catch (error) {
        if (!signal.aborted) this.#failed(error);
      }
      await sleep(this.#options.clock, this.#backoff.next(), signal);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { labelSelector, fieldSelector, pageSize = 500 } = this.#options;
    const objects: T[] = [];
    let position: string | undefined;
    let resourceVersion: string;
    do {
      const query = { labelSelector, fieldSelector, limit: pageSize, continue: position, signal };
      const page = await this.#api.list(query);
      for (const object of page.items) objects.push(object);
      position = page.metadata.continue || undefined;
      resourceVersion = page.metadata.resourceVersion;
    } while (position);
    if (signal.aborted) return;
    this.#sink.replace(objects);
    this.#resourceVersion = resourceVersion;
  }

  /** Resolves when the stream ended in an orderly way. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { labelSelector, fieldSelector, random } = this.#options;
    const timeoutSeconds = Math.round(streamSeconds * (1 + random()));
    const query = { labelSelector, fieldSelector, resourceVersion: this.#resourceVersion, timeoutSeconds };
    let failure: Error | undefined;
    let stream: WatchStream | undefined;
    const onEvent = (event: WatchEvent<T>) => {
      if (failure || signal.aborted) return;
      failure = this.#take(event);
      if (failure) stream?.close();
    };
    stream = await this.#api.watch({ ...query, signal }, onEvent);
    if (failure) stream.close();
    await closedOn(signal, stream);
    if (failure) throw failure;
  }

  /** Returns the error that an ERROR event carries. */
  #take(event: WatchEvent<T>): Error | undefined {
    if (event.type === 'ERROR') return statusErrorFrom(event.object as unknown as Status);
    // Only a server that delivers is well; one that accepts watches and drops them is not.
    this.#backoff.reset();
    if (event.type === 'DELETED') this.#sink.deleted(event.object);
    else if (event.type !== 'BOOKMARK') this.#sink.changed(event.object);
    this.#resourceVersion = event.object.metadata.resourceVersion;
    return undefined;
  }

  #failed(error: unknown): void {
    const { logger, resource } = this.#options;
    const relist = isStatusError(error, 410) || isAhead(error);
    if (relist) this.#resourceVersion = undefined;
    const message = relist
      ? 'history does not reach back: listing again'
      : 'list or watch failed: trying again';
    logger.debug(message, { resource: resourceName(resource), error });
  }
}

/** The server is behind what was seen from it before: a restored snapshot, or another server. */
function isAhead(error: unknown): boolean {
  if (!isStatusError(error, 504)) return false;
  const causes = error.status.details?.causes ?? [];
  return (
    causes.some(({ reason }) => reason === 'ResourceVersionTooLarge') ||
    error.message.includes('Too large resource version')
  );
}

async function closedOn(signal: AbortSignal, stream: WatchStream): Promise<void> {
  const close = () => stream.close();
  signal.addEventListener('abort', close);
  if (signal.aborted) close();
  try {
    await stream.done;
  } finally {
    signal.removeEventListener('abort', close);
  }
}
