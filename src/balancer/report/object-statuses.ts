// Writes what other objects are told of the balancer: addresses of Services and Ingresses, conditions of policies. Only what differs from what
// they say already.

import type { V1Ingress, V1IngressLoadBalancerIngress } from '../../api/generated/types.ts';
import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';
import { backendPolicies } from '../../api/relevo/resources.ts';
import type { Clock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import { keyOf } from '../../client/object-key.ts';
import { services } from '../../client/resources.ts';
import type { Decision } from '../policy/policies.ts';
import { ingresses } from '../resources.ts';
import type { Watched } from '../watched.ts';
import { isIngressOutdated, serviceAddress } from './addresses.ts';
import type { KeyedWrites } from './keyed-writes.ts';
import { policyStatus } from './policy-status.ts';

const statusPatch = { subresource: 'status' } as const;

export interface ObjectStatusesOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly watched: Watched;
  readonly writes: KeyedWrites;
}

export class ObjectStatuses {
  readonly #options: ObjectStatusesOptions;

  constructor(options: ObjectStatusesOptions) {
    this.#options = options;
  }

  /** `addresses` are those of LoadBalancer Services, by key, and answer already. */
  services(addresses: ReadonlyMap<string, string>): void {
    const { watched, writes, client } = this.#options;
    for (const service of watched.services.lister.list()) {
      const key = keyOf(service);
      const ingress = serviceAddress(service, addresses.get(key));
      if (ingress === undefined) continue;
      const api = client.resource(services, service.metadata.namespace);
      const body = { status: { loadBalancer: { ingress } } };
      writes.put(`service ${key}`, (signal) =>
        api.patch(service.metadata.name, body, { ...statusPatch, signal }),
      );
    }
  }

  /** `own` are the Ingresses that are served. */
  ingresses(own: readonly V1Ingress[], addresses: readonly V1IngressLoadBalancerIngress[]): void {
    const { writes, client } = this.#options;
    for (const ingress of own.filter((one) => isIngressOutdated(one, addresses))) {
      const { name, namespace } = ingress.metadata;
      const body = { status: { loadBalancer: { ingress: addresses } } };
      const api = client.resource(ingresses, namespace);
      writes.put(`ingress ${keyOf(ingress)}`, (signal) => api.patch(name, body, { ...statusPatch, signal }));
    }
  }

  policies(decisions: ReadonlyMap<string, Decision>): void {
    for (const [key, { verdicts }] of decisions) {
      for (const policy of this.#options.watched.policiesOf(key)) {
        const found = verdicts.get(policy.metadata.uid);
        if (found) this.#policy(policy, found);
      }
    }
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
