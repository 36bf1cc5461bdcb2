// Which address belongs to whom in a cluster: arithmetic only. Each network has its own plan; all of them belong to the /16 of 127.0.0.0/8
// that the cluster claims.

export interface NetworkPlan {
  /** N of the cluster's 127.N.0.0/16. */
  readonly number: number;
  /** The most nodes a cluster can have on this network. */
  readonly mostNodes: number;
  /** Cluster IPs of Services. */
  readonly serviceCidr: string;
  /** Addresses of LoadBalancer Services: this machine answers on them too. */
  readonly loadBalancerCidr: string;
  /** The last of them, which no Service gets: the Ingresses'. */
  readonly ingressAddress: string;
  /** The numbers that a node's pods can have, both included. */
  readonly podNumbers: { readonly first: number; readonly last: number };

  /** `index` from 1 to mostNodes; a RangeError otherwise, as in all of these. */
  nodeAddress(index: number): string;
  podCidr(index: number): string;
  /** `number` is one of podNumbers. */
  podAddress(index: number, number: number): string;
  /** The reverse of podAddress(); undefined for an address that is none of the node's pods'. */
  podNumber(index: number, address: string): number | undefined;
}

/** The one of podNumbers whose address it is; undefined for any other address. */
export function podNumberIn(plan: NetworkPlan, index: number, address: string): number | undefined {
  const number = Number(/\.(\d+)$/.exec(address)?.[1]);
  const { first, last } = plan.podNumbers;
  const isOwn = number >= first && number <= last && plan.podAddress(index, number) === address;
  return isOwn ? number : undefined;
}

/** The index. Throws a RangeError for one beyond the plan. */
export function nodeIndexIn({ mostNodes }: Pick<NetworkPlan, 'mostNodes'>, index: number): number {
  if (Number.isInteger(index) && index >= 1 && index <= mostNodes) return index;
  throw new RangeError(`this network has nodes 1 to ${mostNodes}, not ${index}`);
}
