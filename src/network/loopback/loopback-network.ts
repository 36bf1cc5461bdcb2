// The network that needs no privileges: pods share the host's network and have an address in 127.0.0.0/8 each, which they are told.

import { PodAddresses, type PodAddressesOptions } from '../pod-addresses.ts';
import type { NetworkPod, PodAttachment, PodNetwork } from '../pod-network.ts';

export class LoopbackNetwork implements PodNetwork {
  readonly #nodeAddress: string;
  readonly #addresses: PodAddresses;
  readonly #attachments = new Map<string, PodAttachment>();

  constructor(options: PodAddressesOptions) {
    this.#nodeAddress = options.plan.nodeAddress(options.nodeIndex);
    this.#addresses = new PodAddresses(options);
  }

  async attach(
    pod: NetworkPod,
    formerIps: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<PodAttachment> {
    signal?.throwIfAborted();
    const known = this.#attachments.get(pod.uid);
    if (known) return known;
    const ip = pod.hostNetwork ? this.#nodeAddress : this.#addresses.take(pod.uid, formerIps[0]);
    const port = pod.ports[0]?.port;
    const env: Record<string, string> = { HOST: ip };
    if (port !== undefined) env.PORT = String(port);
    const attachment = { ips: [ip], env };
    this.#attachments.set(pod.uid, attachment);
    return attachment;
  }

  async detach(uid: string): Promise<void> {
    this.#attachments.delete(uid);
    this.#addresses.release(uid);
  }

  async close(): Promise<void> {}
}
