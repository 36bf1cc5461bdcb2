// Addresses for pods that nobody connects to: unique over all nodes that share a pool, and not soon given out again.

import { addressNumber, addressText } from '../../api/ipv4-range.ts';
import type { NetworkPod, PodAttachment, PodNetwork } from '../pod-network.ts';

/** The addresses of a cluster's simulated pods. */
export class SimulatedAddresses {
  readonly #first: number;
  readonly #size: number;
  readonly #taken = new Set<number>();
  #next = 0;

  /** `cidr` defaults to 10.64.0.0/10: four million addresses. Throws a RangeError for anything but an IPv4 range. */
  constructor(cidr = '10.64.0.0/10') {
    const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
    if (address === '' || Number(bits) > 30)
      throw new RangeError(`${cidr} is no IPv4 range with room for pods`);
    this.#size = 2 ** (32 - Number(bits));
    this.#first = Math.floor(addressNumber(address) / this.#size) * this.#size;
  }

  /** The next free one; after the last it begins again. Throws when there is none. */
  take(): string {
    // The first and the last address of a range name no host.
    const hosts = this.#size - 2;
    if (this.#taken.size >= hosts) throw new Error(`all ${hosts} addresses are taken; use a larger range`);
    let offset = 0;
    do offset = 1 + (this.#next++ % hosts);
    while (this.#taken.has(offset));
    this.#taken.add(offset);
    return addressText(this.#first + offset);
  }

  /** Keeps one from being given out; one outside the range needs none. */
  reserve(address: string): void {
    this.#taken.add(addressNumber(address) - this.#first);
  }

  release(address: string): void {
    this.#taken.delete(addressNumber(address) - this.#first);
  }
}

const noEnv = {};

export class SimulatedPodNetwork implements PodNetwork {
  readonly #addresses: SimulatedAddresses;
  readonly #hostIp: string;
  readonly #pods = new Map<string, PodAttachment>();

  /** `hostIp` is the node's own, which pods with hostNetwork get. */
  constructor(addresses: SimulatedAddresses, hostIp: string) {
    this.#addresses = addresses;
    this.#hostIp = hostIp;
  }

  async attach(pod: NetworkPod, formerIps: readonly string[] = []): Promise<PodAttachment> {
    const known = this.#pods.get(pod.uid);
    if (known) return known;
    const attachment = { ips: this.#ipsFor(pod, formerIps), env: noEnv };
    this.#pods.set(pod.uid, attachment);
    return attachment;
  }

  #ipsFor({ hostNetwork }: NetworkPod, formerIps: readonly string[]): readonly string[] {
    if (hostNetwork) return [this.#hostIp];
    if (formerIps.length === 0) return [this.#addresses.take()];
    for (const ip of formerIps) this.#addresses.reserve(ip);
    return formerIps;
  }

  async detach(uid: string): Promise<void> {
    for (const ip of this.#pods.get(uid)?.ips ?? []) if (ip !== this.#hostIp) this.#addresses.release(ip);
    this.#pods.delete(uid);
  }

  async close(): Promise<void> {}
}
