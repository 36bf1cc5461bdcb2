// The balancer's sign of life: a Lease that names the Services it serves. Kubelets wait for the word of balancers with a fresh one.

import type { V1Lease } from '../../api/generated/types.ts';
import {
  balancerLabel,
  balancerLeaseName,
  balancerLeaseSeconds,
  balancerNamespace,
  type ServedService,
  servesAnnotation,
  serviceList,
} from '../../api/relevo/departure.ts';
import { microTimestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../client/client.ts';
import { leases } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import { publishesAnnotation } from './addresses.ts';

export interface BalancerLeaseOptions {
  client: Client;
  clock: Clock;
  logger: Logger;
  /** Of the balancer. */
  name: string;
  /** Asked at every renewal. */
  served(): readonly ServedService[];
  /** See publishedText(). */
  readonly publishes: string;
}

const renewMs = 1_000;
/** An answer that takes longer would come too late to be a sign of life; the next renewal is not to wait for it. */
const answerMs = 3_000;

export class BalancerLease {
  readonly #options: BalancerLeaseOptions;
  readonly #closing = new AbortController();
  #cancel: (() => void) | undefined;
  #renewing: Promise<void> | undefined;
  #again = false;
  #failing = false;

  constructor(options: BalancerLeaseOptions) {
    this.#options = options;
  }

  /** Now, and every second from now on. Also when what is served changed. */
  renew(): void {
    if (this.#closing.signal.aborted) return;
    this.#again = true;
    this.#renewing ??= this.#run();
  }

  /** Gives the lease back, so that nobody waits for this balancer, as far as the API answers soon. Idempotent. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#cancel?.();
    await this.#renewing;
    await this.#api.delete(this.#name, { signal: AbortSignal.timeout(renewMs) }).catch(() => {});
  }

  async #run(): Promise<void> {
    // renew() has to know of this run before it may end.
    await Promise.resolve();
    while (this.#again && !this.#closing.signal.aborted) {
      this.#again = false;
      this.#cancel?.();
      this.#cancel = this.#options.clock.after(renewMs, () => this.renew());
      await this.#write().then(
        () => this.#tell(undefined),
        (error) => this.#tell(error),
      );
    }
    this.#renewing = undefined;
  }

  async #write(): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerMs)]);
    const { name, spec, ...rest } = this.#lease();
    try {
      await this.#api.patch(name, { metadata: rest, spec }, { signal });
    } catch (error) {
      if (!isStatusError(error, 404)) throw error;
      await this.#api.create({ metadata: { name, ...rest }, spec }, { signal });
    }
  }

  #lease() {
    const { name, clock, served, publishes } = this.#options;
    return {
      name: this.#name,
      labels: { [balancerLabel]: name },
      annotations: { [servesAnnotation]: serviceList(served()), [publishesAnnotation]: publishes },
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: balancerLeaseSeconds,
        renewTime: microTimestamp(clock.now()),
      } satisfies V1Lease['spec'],
    };
  }

  /** Once for a row of failures. */
  #tell(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const failed = error !== undefined;
    if (failed && !this.#failing) {
      this.#options.logger.warn('the lease of the balancer cannot be renewed, trying again', { error });
    }
    this.#failing = failed;
  }

  get #api() {
    return this.#options.client.resource(leases, balancerNamespace);
  }

  get #name(): string {
    return balancerLeaseName(this.#options.name);
  }
}
