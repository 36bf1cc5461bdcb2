// How a cluster's /16 of 127.0.0.0/8 is split. Linux answers on all of 127/8 without anybody's permission; other systems do not.
//
//   127.N.0.i        node i itself: its kubelet, pods that share its network
//   127.N.0.254      the cluster's claim on the range
//   127.N.i.1-254    the pods of node i, i from 1 to 127
//   127.N.128.0/18   cluster IPs of Services
//   127.N.192.0/18   addresses of LoadBalancer Services

/** The most nodes a cluster can have on this network. */
export const mostNodes = 127;

/** The least and the greatest N: below, systems have addresses of their own (127.0.0.53, 127.0.1.1). */
export const ranges = { first: 16, last: 254 } as const;

export class LoopbackPlan {
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

  /** N. */
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

  /** `index` from 1. */
  nodeAddress(index: number): string {
    return `127.${this.#second}.0.${nodeIndex(index)}`;
  }

  podCidr(index: number): string {
    return `127.${this.#second}.${nodeIndex(index)}.0/24`;
  }

  /** `number` from 1 to 254. */
  podAddress(index: number, number: number): string {
    return `127.${this.#second}.${nodeIndex(index)}.${number}`;
  }

  /** The reverse of podAddress(); undefined for an address that is none of the node's pods'. */
  podNumber(index: number, address: string): number | undefined {
    const number = Number(/\.(\d+)$/.exec(address)?.[1]);
    const isOwn = number >= 1 && number <= 254 && this.podAddress(index, number) === address;
    return isOwn ? number : undefined;
  }
}

function nodeIndex(index: number): number {
  if (Number.isInteger(index) && index >= 1 && index <= mostNodes) return index;
  throw new RangeError(`a loopback network has nodes 1 to ${mostNodes}, not ${index}`);
}
