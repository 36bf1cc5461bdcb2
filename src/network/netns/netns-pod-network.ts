// The pods of a node that has namespaces: each gets a network of its own, with an address that everybody in the cluster reaches. Runs in the
// kubelet's process, within the node's namespaces.

import { PodAddresses, type PodAddressesOptions } from '../pod-addresses.ts';
import type { NetworkPod, PodAttachment, PodNetwork } from '../pod-network.ts';
import type { NetnsPlan } from './netns-plan.ts';
import {
  isWhole,
  makePodNamespace,
  type PodNamespace,
  pathOf,
  podNamespaces,
  removePodNamespace,
} from './pod-namespace.ts';
import { loadBalancerRoute } from './scripts.ts';

export interface NetnsPodNetworkOptions extends PodAddressesOptions {
  plan: NetnsPlan;
}

export class NetnsPodNetwork implements PodNetwork {
  readonly #options: NetnsPodNetworkOptions;
  readonly #addresses: PodAddresses;
  readonly #attachments = new Map<string, PodAttachment>();
  /** Those there are, by pod: what a predecessor has left from the start. */
  readonly #namespaces: Map<string, PodNamespace>;
  /** What was last asked for a pod: one thing after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: NetnsPodNetworkOptions) {
    const { plan, nodeIndex } = options;
    this.#options = options;
    this.#addresses = new PodAddresses(options);
    this.#namespaces = new Map(podNamespaces().map((found) => [found.uid, found]));
    for (const { uid, number } of this.#namespaces.values())
      this.#addresses.take(uid, plan.podAddress(nodeIndex, number));
  }

  attach(pod: NetworkPod, formerIps: readonly string[] = [], signal?: AbortSignal): Promise<PodAttachment> {
    return this.#inTurn(pod.uid, async () => {
      signal?.throwIfAborted();
      const attachment = this.#attachments.get(pod.uid) ?? (await this.#attached(pod, formerIps[0]));
      this.#attachments.set(pod.uid, attachment);
      return attachment;
    });
  }

  detach(uid: string): Promise<void> {
    return this.#inTurn(uid, () => this.#remove(uid));
  }

  async retain(uids: ReadonlySet<string>): Promise<void> {
    const strays = [...this.#namespaces.keys()].filter((uid) => !uids.has(uid));
    await Promise.all(strays.map((uid) => this.detach(uid)));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#turns.values());
  }

  async #attached({ uid, hostNetwork }: NetworkPod, former: string | undefined): Promise<PodAttachment> {
    const { plan, nodeIndex } = this.#options;
    if (hostNetwork) return { ips: [plan.nodeAddress(nodeIndex)], env: {} };
    const found = this.#namespaces.get(uid);
    if (found && isWhole(found) && plan.podAddress(nodeIndex, found.number) === former)
      return attachmentOf(found, former);
    // A pod without a former address was not running: what is there is of no use to it.
    await this.#remove(uid);
    return this.#make(uid, former);
  }

  async #make(uid: string, former: string | undefined): Promise<PodAttachment> {
    const { plan, nodeIndex } = this.#options;
    const address = this.#addresses.take(uid, former);
    const namespace = { uid, number: plan.podNumber(nodeIndex, address) ?? 0 };
    this.#namespaces.set(uid, namespace);
    const gateway = plan.podGateway(nodeIndex);
    const routes = [loadBalancerRoute(plan, gateway)];
    try {
      await makePodNamespace(namespace, { address, bits: plan.podBits, gateway, routes });
    } catch (cause) {
      // The first failure is the one to hear of; what cannot be removed is tried again when the pod is.
      await this.#remove(uid).catch(() => {});
      throw new Error(`the pod's network cannot be made: ${(cause as Error).message}`, { cause });
    }
    return attachmentOf(namespace, address);
  }

  async #remove(uid: string): Promise<void> {
    this.#attachments.delete(uid);
    const namespace = this.#namespaces.get(uid);
    if (namespace) await removePodNamespace(namespace);
    this.#namespaces.delete(uid);
    this.#addresses.release(uid);
  }

  #inTurn<T>(uid: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(uid) ?? Promise.resolve()).then(work);
    const settled = done
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(uid) === settled) this.#turns.delete(uid);
      });
    this.#turns.set(uid, settled);
    return done;
  }
}

function attachmentOf(namespace: PodNamespace, address: string): PodAttachment {
  return { ips: [address], env: {}, namespacePath: pathOf(namespace) };
}
