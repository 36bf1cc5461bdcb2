// Brings the statuses of pods to the API: of each pod only the newest, one request at a time, nothing that is there already. A pod that is gone
// is forgotten; an API that does not answer is asked again.

import type { V1Pod, V1PodStatus } from '../../api/generated/types.ts';
import { type BackoffOptions, backoffDelay, type Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { sleep } from '../../base/sleep.ts';
import type { Client } from '../../client/client.ts';
import { pods } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { Gate } from '../gate.ts';
import { statusPatch } from './status-patch.ts';

export interface StatusWriterOptions {
  client: Client;
  clock: Clock;
  random: Random;
  logger: Logger;
  backoff: BackoffOptions;
  /** Bounds the requests on their way. */
  gate: Gate;
}

interface Entry {
  /** As the API last showed it. */
  pod: V1Pod;
  wanted: V1PodStatus;
  /** What was written last. The API may show it in other words: that is no reason to write it for ever. */
  sent: V1PodStatus | undefined;
  /** Settles when `wanted` is there, or the pod is gone. */
  writing: Promise<void> | undefined;
  failures: number;
}

export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #abort = new AbortController();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** Wants this status. `pod` is the newest that the caller knows. */
  put(pod: V1Pod, wanted: V1PodStatus): void {
    const { uid } = pod.metadata;
    const entry = this.#entries.get(uid) ?? { pod, wanted, sent: undefined, writing: undefined, failures: 0 };
    this.#entries.set(uid, entry);
    entry.wanted = wanted;
    this.#see(entry, pod);
    if (!this.#abort.signal.aborted) entry.writing ??= this.#write(uid, entry);
  }

  /** The API shows this now. What differs from what is wanted is written again. */
  seen(pod: V1Pod): void {
    const entry = this.#entries.get(pod.metadata.uid);
    if (!entry || !this.#see(entry, pod)) return;
    entry.sent = undefined;
    this.put(pod, entry.wanted);
  }

  /** Resolves when what is wanted now is written, or never will be. */
  async flush(uid: string): Promise<void> {
    await this.#entries.get(uid)?.writing;
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  /** Waits for what is on its way; nothing is written afterwards. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.all([...this.#entries.values()].map(({ writing }) => writing));
  }

  /** False when the entry knows this one, or a newer: a watch may lag behind the answers to our own writes. */
  #see(entry: Entry, pod: V1Pod): boolean {
    if (Number(pod.metadata.resourceVersion) <= Number(entry.pod.metadata.resourceVersion)) return false;
    entry.pod = pod;
    return true;
  }

  async #write(uid: string, entry: Entry): Promise<void> {
    // What is wanted in the same turn is written together.
    await Promise.resolve();
    while (this.#entries.get(uid) === entry && !this.#abort.signal.aborted) {
      const patch = entry.sent === entry.wanted ? undefined : statusPatch(entry.pod, entry.wanted);
      if (!patch) break;
      await this.#send(uid, entry, patch);
    }
    entry.writing = undefined;
  }

  async #send(uid: string, entry: Entry, patch: object): Promise<void> {
    const { client, gate, clock, random, backoff, logger } = this.#options;
    const { name, namespace } = entry.pod.metadata;
    const { signal } = this.#abort;
    const { wanted } = entry;
    try {
      const options = { type: 'strategic', subresource: 'status', signal } as const;
      const written = await gate.through(() => client.resource(pods, namespace).patch(name, patch, options));
      this.#see(entry, written);
      entry.sent = wanted;
      entry.failures = 0;
    } catch (error) {
      // Gone, or a namesake is there: nobody waits for it.
      if (isStatusError(error, 404) || isStatusError(error, 409)) {
        this.#entries.delete(uid);
        return;
      }
      if (signal.aborted) return;
      logger.debug('a pod status was not written, trying again', { pod: `${namespace}/${name}`, error });
      await sleep(clock, backoffDelay(backoff, entry.failures++, random), signal);
    }
  }
}
