// Waits for the balancers that live: each of them says in the status of its Balancer object that nothing is under way to a pod any more, and
// nothing will be. The rule is departure.ts of the API; here is what it has to know.

import type { V1EndpointSlice, V1Lease, V1Pod } from '../api/generated/types.ts';
import type { Balancer } from '../api/relevo/balancer-types.ts';
import { balancerLabel, balancerNamespace, waitsFor } from '../api/relevo/departure.ts';
import { balancers } from '../api/relevo/resources.ts';
import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { sleep } from '../base/sleep.ts';
import { Subscribable } from '../base/subscribable.ts';
import type { Client } from '../client/client.ts';
import { Informer } from '../client/informer.ts';
import { endpointSlices, leases } from '../client/resources.ts';
import type { DepartureGate } from './departure.ts';

export interface BalancerAcknowledgementsOptions {
  /** With the rights of a node, or more. */
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
}

/** That a balancer died shows in nothing but its Lease not changing any more. */
const lookEveryMs = 500;

export class BalancerAcknowledgements implements DepartureGate {
  readonly #options: BalancerAcknowledgementsOptions;
  readonly #balancers: Informer<Balancer>;
  readonly #leases: Informer<V1Lease>;
  readonly #changed = new Subscribable<void>();

  constructor(options: BalancerAcknowledgementsOptions) {
    const { client, clock, logger, random } = options;
    const shared = { client, clock, logger, random };
    this.#options = options;
    this.#balancers = new Informer<Balancer>({ ...shared, resource: balancers });
    this.#leases = new Informer({
      ...{ ...shared, resource: leases },
      ...{ namespace: balancerNamespace, labelSelector: balancerLabel },
    });
    const changed = () => this.#changed.emit();
    const handler = { added: changed, updated: changed, deleted: changed };
    this.#balancers.addHandler(handler);
    this.#leases.addHandler(handler);
  }

  /** Idempotent. */
  start(): void {
    this.#balancers.start();
    this.#leases.start();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all([this.#balancers.close(), this.#leases.close()]);
  }

  async cleared(pod: V1Pod, signal: AbortSignal): Promise<readonly string[]> {
    const ended = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#synced(), ended]);
    if (this.#missing(pod, []).length === 0) return this.#clearedBySlices(pod, signal);
    return this.#answered(pod, [], signal);
  }

  /** Services without a selector have their pods in slices only: asked for when needed, since nodes do not hear of every endpoint. */
  async #clearedBySlices(pod: V1Pod, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#leases.lister.list().length === 0 || signal.aborted) return [];
    const { client, logger } = this.#options;
    try {
      const slices = client.resource(endpointSlices, pod.metadata.namespace);
      const { items } = await slices.list({ signal });
      return await this.#answered(pod, items, signal);
    } catch (error) {
      if (!signal.aborted) logger.warn('the endpoints of a departing pod are not known', { error });
      return [];
    }
  }

  async #answered(
    pod: V1Pod,
    slices: readonly V1EndpointSlice[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    for (;;) {
      const missing = this.#missing(pod, slices);
      if (missing.length === 0 || signal.aborted) return missing;
      await this.#change(signal);
    }
  }

  #missing(pod: V1Pod, slices: readonly V1EndpointSlice[]): string[] {
    const now = this.#options.clock.now();
    return waitsFor(pod, this.#leases.lister.list(), this.#balancers.lister.list(), slices, now);
  }

  /** Resolves when there is something new, after a while in any case. */
  async #change(signal: AbortSignal): Promise<void> {
    const heard = new AbortController();
    const detach = this.#changed.subscribe(() => heard.abort());
    try {
      await sleep(this.#options.clock, lookEveryMs, AbortSignal.any([signal, heard.signal]));
    } finally {
      detach();
    }
  }

  async #synced(): Promise<void> {
    await Promise.all([this.#balancers.synced(), this.#leases.synced()]).catch(() => {});
  }
}
