// The servers of Services as the balancers report them.

import type { Balancer, BalancerBackend, BalancerServer } from '../api/relevo/balancer-types.ts';
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
  /** 0 to 1: of the requests that go to no server because of a cookie. By its weight, among those that serve. */
  readonly share: number;
}

export async function listServers(client: Client, filter: ServerFilter): Promise<ListedServer[]> {
  const { items } = await client.resource(balancers).list();
  return items.flatMap((balancer) => serversOf(balancer, filter));
}

function serversOf({ metadata, status }: Balancer, filter: ServerFilter): ListedServer[] {
  return (status?.backends ?? [])
    .filter((backend) => isWanted(backend, filter))
    .flatMap(({ name: backend, servers }) => {
      const total = servers.reduce((sum, server) => sum + weightOf(server), 0);
      return servers.map((server) => ({
        ...{ ...server, balancer: metadata.name, backend },
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
