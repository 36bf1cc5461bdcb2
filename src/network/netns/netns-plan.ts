// The addresses of a cluster whose nodes have networks of their own. Only LoadBalancer addresses exist outside too, so only they differ from
// cluster to cluster.
//
//   10.243.0.i         node i, from 1 to 250, on the fabric
//   10.243.0.254       the fabric itself: API, balancer
//   10.243.255.0/24    the way out; see egress/way-out.ts
//   10.244.i.1         node i as its pods see it: their gateway and name server
//   10.244.i.2-254     the pods of node i
//   10.96.0.0/16       cluster IPs of Services
//   127.N.192.0/18     addresses of LoadBalancer Services

import { LoopbackPlan } from '../loopback/loopback-plan.ts';
import { type NetworkPlan, nodeIndexIn, podNumberIn } from '../network-plan.ts';

export class NetnsPlan implements NetworkPlan {
  readonly number: number;
  readonly mostNodes = 250;
  readonly podNumbers = { first: 2, last: 254 };
  readonly serviceCidr = '10.96.0.0/16';
  readonly loadBalancerCidr: string;
  readonly ingressAddress: string;
  /** Where the API and the balancer are, seen from nodes and pods. */
  readonly fabricAddress = '10.243.0.254';
  /** Of nodeAddress() and fabricAddress. */
  readonly nodeBits = 24;
  /** Of podCidr(). */
  readonly podBits = 24;

  /** Throws a RangeError for an N that is out of range; see LoopbackPlan. */
  constructor(number: number) {
    const { loadBalancerCidr, ingressAddress } = new LoopbackPlan(number);
    this.number = number;
    this.loadBalancerCidr = loadBalancerCidr;
    this.ingressAddress = ingressAddress;
  }

  nodeAddress(index: number): string {
    return `10.243.0.${nodeIndexIn(this, index)}`;
  }

  podCidr(index: number): string {
    return `10.244.${nodeIndexIn(this, index)}.0/${this.podBits}`;
  }

  /** Of the node on its pods' bridge: their way out. Its port 53 is the cluster's DNS. */
  podGateway(index: number): string {
    return `10.244.${nodeIndexIn(this, index)}.1`;
  }

  podAddress(index: number, number: number): string {
    return `10.244.${nodeIndexIn(this, index)}.${number}`;
  }

  podNumber(index: number, address: string): number | undefined {
    return podNumberIn(this, index, address);
  }
}
