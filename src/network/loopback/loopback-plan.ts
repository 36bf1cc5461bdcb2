// How a cluster's /16 of 127.0.0.0/8 is split. Linux answers on all of 127/8 without anybody's permission; other systems do not.
//
//   127.N.0.i        node i itself: its kubelet, pods that share its network
//   127.N.0.254      the cluster's claim on the range
//   127.N.i.1-254    the pods of node i, i from 1 to 127
//   127.N.128.0/18   cluster IPs of Services
//   127.N.192.0/18   addresses of LoadBalancer Services

import { type NetworkPlan, nodeIndexIn, podNumberIn } from '../network-plan.ts';

/** The most nodes a cluster can have on this network. */
export const mostNodes = 127;

/** The least and the greatest N: below, systems have addresses of their own (127.0.0.53, 127.0.1.1). */
export const ranges = { first: 16, last: 254 } as const;

export class LoopbackPlan implements NetworkPlan {
  readonly mostNodes = mostNodes;
  readonly podNumbers = { first: 1, last: 254 };
  readonly #second: number;

  /** Throws a RangeError for an N that is out of range. */
  constructor(second: number) {
    if (!Number.isInteger(second) || second < ranges.first || second > ranges.last) {
      throw new RangeError(
        `127.${second}.0.0/16 cannot be a cluster's: take 127.${ranges.first} to 127.${ranges.last}`,
      );
    }
    this.#second = second;
  }

  get number(): number {
    return this.#second;
  }

  get cidr(): string {
    return `127.${this.#second}.0.0/16`;
  }

  /** Where the cluster that has this range listens, so that no other takes it. */
  get claimAddress(): string {
    return `127.${this.#second}.0.254`;
  }

  get serviceCidr(): string {
    return `127.${this.#second}.128.0/18`;
  }

  get loadBalancerCidr(): string {
    return `127.${this.#second}.192.0/18`;
  }

  get ingressAddress(): string {
    return `127.${this.#second}.255.254`;
  }

  nodeAddress(index: number): string {
    return `127.${this.#second}.0.${nodeIndexIn(this, index)}`;
  }

  podCidr(index: number): string {
    return `127.${this.#second}.${nodeIndexIn(this, index)}.0/24`;
  }

  podAddress(index: number, number: number): string {
    return `127.${this.#second}.${nodeIndexIn(this, index)}.${number}`;
  }

  podNumber(index: number, address: string): number | undefined {
    return podNumberIn(this, index, address);
  }
}
