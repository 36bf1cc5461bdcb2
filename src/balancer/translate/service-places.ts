// Where a port of a Service is listened on: its cluster addresses, its load balancer address, its node port. Pure.

import type { V1Service, V1ServicePort } from '../../api/generated/types.ts';
import { isIPv4, isIPv6 } from '../../api/ip-address.ts';
import type { Bind } from '../../lb/model.ts';

export interface PlaceOptions {
  /** Whether the cluster's addresses are opened here: nobody else does in an embedded cluster, kube-proxy does on Kubernetes. */
  readonly clusterIps: boolean;
  /** Where node ports are opened; `outside` as of a Bind. */
  readonly nodePorts: readonly Pick<Bind, 'address' | 'outside'>[];
  /** Whether LoadBalancer addresses are opened in the network around the engine's own, too. */
  readonly loadBalancerOutside: boolean;
}

/** Headless Services and external names have no address; of the protocols only TCP is served. */
export function placesOf(
  { spec }: V1Service,
  { port, nodePort, protocol = 'TCP' }: V1ServicePort,
  loadBalancerAddress: string | undefined,
  { clusterIps: own, nodePorts, loadBalancerOutside }: PlaceOptions,
): Bind[] {
  const { type, clusterIP = '', clusterIPs = [clusterIP] } = spec ?? {};
  if (protocol !== 'TCP' || type === 'ExternalName' || clusterIP === '' || clusterIP === 'None') return [];
  const inside = own ? clusterIPs.filter((ip) => isIPv4(ip) || isIPv6(ip)) : [];
  const binds: Bind[] = inside.map((address) => ({ address, port }));
  if (loadBalancerAddress !== undefined) {
    binds.push({ address: loadBalancerAddress, port });
    if (loadBalancerOutside) binds.push({ address: loadBalancerAddress, port, outside: true });
  }
  return nodePort ? [...binds, ...nodePorts.map((place) => ({ ...place, port: nodePort }))] : binds;
}
