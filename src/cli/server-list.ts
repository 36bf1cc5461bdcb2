// The servers of Services as the balancers report them.

import type { Balancer, BalancerBackend, BalancerServer } from '../api/relevo/balancer-types.ts';
import { departuresAwaitedType } from '../api/relevo/departure.ts';
import { balancers } from '../api/relevo/resources.ts';
import type { Client } from '../client/client.ts';

export interface ServerFilter {
  /** Undefined: of all. */
  readonly namespace?: string;
  readonly service?: string;
}

/** Plain data. */
export interface ListedServer extends BalancerServer {
  readonly balancer: string;
  /** `namespace/service:port`. */
  readonly backend: string;
  /** Whether kubelets tell a pod to end only when this balancer has let go of it; undefined: it does not say. */
  readonly departuresAwaited?: boolean;
  /** 0 to 1: of the requests that go to no server because of a cookie. By its weight, among those that serve. */
  readonly share: number;
}

export async function listServers(client: Client, filter: ServerFilter): Promise<ListedServer[]> {
  const { items } = await client.resource(balancers).list();
  return items.flatMap((balancer) => serversOf(balancer, filter));
}

function serversOf({ metadata, status }: Balancer, filter: ServerFilter): ListedServer[] {
  const condition = status?.conditions?.find(({ type }) => type === departuresAwaitedType);
  const isKnown = condition !== undefined && condition.status !== 'Unknown';
  const awaited = isKnown ? { departuresAwaited: condition.status === 'True' } : {};
  return (status?.backends ?? [])
    .filter((backend) => isWanted(backend, filter))
    .flatMap(({ name: backend, servers }) => {
      const total = servers.reduce((sum, server) => sum + weightOf(server), 0);
      return servers.map((server) => ({
        ...{ ...server, balancer: metadata.name, backend, ...awaited },
        share: total === 0 ? 0 : weightOf(server) / total,
      }));
    });
}

function weightOf({ active, weight }: BalancerServer): number {
  return active ? weight : 0;
}

function isWanted({ name }: BalancerBackend, { namespace, service }: ServerFilter): boolean {
  const [, inNamespace, ofService] = /^([^/]*)\/(.*):[^:]*$/.exec(name) ?? [];
  return (
    (namespace === undefined || inNamespace === namespace) && (service === undefined || ofService === service)
  );
}
