// At which addresses the other balancers of the cluster are found, by their Leases. Looked at every few seconds, and before anything of theirs
// is taken away.

import { balancerLeaseSeconds } from '../../api/relevo/departure.ts';
import type { Clock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import { otherLeases } from '../other-balancers.ts';
import { publishesAnnotation } from './addresses.ts';
import type { KeyedWrites } from './keyed-writes.ts';

export interface OtherPublishersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly writes: KeyedWrites;
  /** Of this balancer. */
  readonly name: string;
  /** They were looked at. */
  looked(): void;
}

const everyMs = balancerLeaseSeconds * 1_000;
/** The addresses of a balancer that is started again, or whose API was away for a moment, stay where they are. */
const goneSeconds = 4 * balancerLeaseSeconds;

export class OtherPublishers {
  readonly #options: OtherPublishersOptions;
  #known: readonly string[] | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #next: Promise<readonly string[]> | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: OtherPublishersOptions) {
    this.#options = options;
  }

  /** See publishedText(), one for each; undefined: nobody has looked yet. */
  get known(): readonly string[] | undefined {
    return this.#known;
  }

  /** From now on they are looked at. Idempotent. */
  start(): void {
    if (this.#closed || this.#cancel) return;
    const { clock, writes, looked } = this.#options;
    this.#cancel = clock.after(everyMs, () => {
      this.#cancel = undefined;
      this.start();
      writes.put('other balancers', async (signal) => {
        await this.fresh(signal);
        looked();
      });
    });
  }

  /** As they are now: what is written before the call is seen. Rejects with the API's errors. */
  fresh(signal: AbortSignal): Promise<readonly string[]> {
    // Of many who ask at a time one looks, once the look that is under way is over: that may have seen too little.
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined;
      const found = this.#look(signal);
      this.#looking = found.catch(() => {});
      return found;
    });
    return this.#next;
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #look(signal: AbortSignal): Promise<readonly string[]> {
    const { client, name, clock } = this.#options;
    const found = await otherLeases({ client, name, nowMs: clock.now() }, goneSeconds, signal);
    this.#known = found.flatMap(({ metadata }) => metadata.annotations?.[publishesAnnotation] ?? []);
    return this.#known;
  }
}
