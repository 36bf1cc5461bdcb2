// The other balancers of the cluster, by what they say in their Leases and objects.

import type { V1Lease } from '../api/generated/types.ts';
import { balancerLabel, balancerLeaseSeconds, balancerNamespace } from '../api/relevo/departure.ts';
import { balancers } from '../api/relevo/resources.ts';
import type { Client } from '../client/client.ts';
import { leases } from '../client/resources.ts';
import { isBackendOf } from './translate/service.ts';

export interface Asking {
  readonly client: Client;
  /** Of the balancer that asks. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The Leases of the others that were renewed within so many seconds. Rejects with the API's errors. */
export async function otherLeases(
  { client, name, nowMs }: Asking,
  withinSeconds: number,
  signal: AbortSignal,
): Promise<V1Lease[]> {
  const api = client.resource(leases, balancerNamespace);
  const { items } = await api.list({ labelSelector: balancerLabel, signal });
  const oldest = nowMs - withinSeconds * 1_000;
  return items.filter(
    ({ metadata, spec }) =>
      metadata.labels?.[balancerLabel] !== name && Date.parse(spec?.renewTime ?? '') > oldest,
  );
}

/** Whether one of them asks for backups of the Service. Rejects with the API's errors. */
export async function othersWantBackups(
  asking: Asking,
  serviceKey: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await otherLeases(asking, balancerLeaseSeconds, signal);
  const live = found.map(({ metadata }) => metadata.labels?.[balancerLabel]);
  const { items } = await asking.client.resource(balancers).list({ signal });
  return items
    .filter(({ metadata }) => live.includes(metadata.name))
    .flatMap(({ status }) => status?.backends ?? [])
    .some((backend) => isBackendOf(backend.name, serviceKey) && backend.backupsWanted > 0);
}
