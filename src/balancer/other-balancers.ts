// What the other live balancers of the cluster want, by what they say in their objects.

import { balancerLabel, balancerLeaseSeconds, balancerNamespace } from '../api/relevo/departure.ts';
import { balancers } from '../api/relevo/resources.ts';
import type { Client } from '../client/client.ts';
import { leases } from '../client/resources.ts';
import { isBackendOf } from './translate/service.ts';

export interface Question {
  client: Client;
  /** Of the balancer that asks. */
  name: string;
  serviceKey: string;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** Whether one of them asks for backups of the Service. Rejects with the API's errors. */
export async function othersWantBackups(
  { client, name, serviceKey, nowMs }: Question,
  signal: AbortSignal,
): Promise<boolean> {
  const api = client.resource(leases, balancerNamespace);
  const { items: found } = await api.list({ labelSelector: balancerLabel, signal });
  const oldest = nowMs - balancerLeaseSeconds * 1_000;
  const live = found
    .filter(({ spec }) => Date.parse(spec?.renewTime ?? '') > oldest)
    .map(({ metadata }) => metadata.labels?.[balancerLabel]);
  const { items } = await client.resource(balancers).list({ signal });
  return items
    .filter(({ metadata }) => metadata.name !== name && live.includes(metadata.name))
    .flatMap(({ status }) => status?.backends ?? [])
    .some((backend) => isBackendOf(backend.name, serviceKey) && backend.backupsWanted > 0);
}
