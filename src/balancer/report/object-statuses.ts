// Writes what other objects are told of the balancer: addresses of Services and Ingresses, conditions of policies. Only what differs from what
// they say already.

import type { V1Ingress, V1Service } from '../../api/generated/types.ts';
import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';
import { backendPolicies } from '../../api/relevo/resources.ts';
import type { Clock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import { keyFor, keyOf } from '../../client/object-key.ts';
import { services } from '../../client/resources.ts';
import type { Decision } from '../policy/policies.ts';
import { ingresses } from '../resources.ts';
import type { Watched } from '../watched.ts';
import { type Entry, mergedEntries, serviceEntries } from './addresses.ts';
import type { KeyedWrites } from './keyed-writes.ts';
import type { OtherPublishers } from './other-publishers.ts';
import { policyStatus } from './policy-status.ts';

const statusPatch = { subresource: 'status' } as const;

export interface ObjectStatusesOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly watched: Watched;
  readonly writes: KeyedWrites;
  readonly others: OtherPublishers;
}

/** A Service or an Ingress. */
interface Addressed {
  readonly key: string;
  current(): readonly Entry[];
  write(entries: readonly Entry[], signal: AbortSignal): Promise<unknown>;
}

export class ObjectStatuses {
  readonly #options: ObjectStatusesOptions;

  constructor(options: ObjectStatusesOptions) {
    this.#options = options;
  }

  /** `addresses` are those of LoadBalancer Services, by key, and answer already. */
  services(addresses: ReadonlyMap<string, string>): void {
    for (const service of this.#options.watched.services.lister.list()) {
      const own = serviceEntries(service, addresses.get(keyOf(service)));
      if (own) this.#publish(this.#service(service), own);
    }
  }

  /** `all` are the Ingresses that are served. */
  ingresses(all: readonly V1Ingress[], own: readonly Entry[]): void {
    for (const ingress of all) this.#publish(this.#ingress(ingress), own);
  }

  /** Takes this balancer's addresses from `services` and `ingresses`. Never rejects. */
  async withdraw(
    services: readonly V1Service[],
    ingresses: readonly V1Ingress[],
    signal: AbortSignal,
  ): Promise<void> {
    const addressed = [
      ...services.map((service) => this.#service(service)),
      ...ingresses.map((ingress) => this.#ingress(ingress)),
    ];
    await Promise.allSettled(addressed.map((one) => this.#merge(one, [], signal)));
  }

  policies(decisions: ReadonlyMap<string, Decision>): void {
    for (const [key, { verdicts }] of decisions) {
      for (const policy of this.#options.watched.policiesOf(key)) {
        const found = verdicts.get(policy.metadata.uid);
        if (found) this.#policy(policy, found);
      }
    }
  }

  #publish(addressed: Addressed, own: readonly Entry[]): void {
    const { writes, others } = this.#options;
    if (!mergedEntries(addressed.current(), own, others.known ?? [])) return;
    writes.put(addressed.key, (signal) => this.#merge(addressed, own, signal));
  }

  /** What seems to be nobody's may be of a balancer that has just come. */
  async #merge({ current, write }: Addressed, own: readonly Entry[], signal: AbortSignal): Promise<void> {
    const others = await this.#options.others.fresh(signal);
    const entries = mergedEntries(current(), own, others);
    if (entries) await write(entries, signal);
  }

  #service({ metadata: { name, namespace } }: V1Service): Addressed {
    const { watched, client } = this.#options;
    const key = keyFor(namespace, name);
    return {
      key: `service ${key}`,
      current: () => watched.services.lister.get(key)?.status?.loadBalancer?.ingress ?? [],
      write: (entries, signal) =>
        client.resource(services, namespace).patch(name, addressPatch(entries), { ...statusPatch, signal }),
    };
  }

  #ingress({ metadata: { name, namespace } }: V1Ingress): Addressed {
    const { watched, client } = this.#options;
    const key = keyFor(namespace, name);
    return {
      key: `ingress ${key}`,
      current: () => watched.ingresses.lister.get(key)?.status?.loadBalancer?.ingress ?? [],
      write: (entries, signal) =>
        client.resource(ingresses, namespace).patch(name, addressPatch(entries), { ...statusPatch, signal }),
    };
  }

  #policy(policy: BackendPolicy, verdicts: Parameters<typeof policyStatus>[1]): void {
    const { clock, writes, client } = this.#options;
    const status = policyStatus(policy, verdicts, clock.now());
    if (!status) return;
    const { name, namespace } = policy.metadata;
    const api = client.resource(backendPolicies, namespace);
    writes.put(`policy ${keyOf(policy)}`, (signal) =>
      api.patch(name, { status }, { ...statusPatch, signal }),
    );
  }
}

function addressPatch(entries: readonly Entry[]) {
  return { status: { loadBalancer: { ingress: entries.length === 0 ? null : entries } } };
}
