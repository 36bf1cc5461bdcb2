// The network that needs no privileges: pods share the host's network and have an address in 127.0.0.0/8 each, which they are told.

import type { Random } from '../../base/backoff.ts';
import type { NetworkPod, PodAttachment, PodNetwork } from '../pod-network.ts';
import type { LoopbackPlan } from './loopback-plan.ts';

export interface LoopbackNetworkOptions {
  plan: LoopbackPlan;
  /** Of the node in its cluster, from 1. */
  nodeIndex: number;
  random: Random;
}

const addressesPerNode = 254;

export class LoopbackNetwork implements PodNetwork {
  readonly #options: LoopbackNetworkOptions;
  /** Pod by the number of its address. */
  readonly #pods = new Map<number, string>();
  readonly #attachments = new Map<string, PodAttachment>();
  /** Goes round: what was freed last is given out last, so that late connections do not meet somebody else. */
  #next: number;

  constructor(options: LoopbackNetworkOptions) {
    this.#options = options;
    this.#next = Math.floor(options.random() * addressesPerNode);
  }

  async attach(
    pod: NetworkPod,
    formerIps: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<PodAttachment> {
    signal?.throwIfAborted();
    const known = this.#attachments.get(pod.uid);
    if (known) return known;
    const ip = pod.hostNetwork ? this.#nodeAddress : this.#take(pod, formerIps);
    const port = pod.ports[0]?.port;
    const env: Record<string, string> = { HOST: ip };
    if (port !== undefined) env.PORT = String(port);
    const attachment = { ips: [ip], env };
    this.#attachments.set(pod.uid, attachment);
    return attachment;
  }

  async detach(uid: string): Promise<void> {
    this.#attachments.delete(uid);
    for (const [number, owner] of this.#pods) if (owner === uid) this.#pods.delete(number);
  }

  async close(): Promise<void> {}

  get #nodeAddress(): string {
    const { plan, nodeIndex } = this.#options;
    return plan.nodeAddress(nodeIndex);
  }

  #take({ uid }: NetworkPod, formerIps: readonly string[]): string {
    const { plan, nodeIndex } = this.#options;
    const former = plan.podNumber(nodeIndex, formerIps[0] ?? '');
    const number = former !== undefined && !this.#pods.has(former) ? former : this.#free();
    this.#pods.set(number, uid);
    return plan.podAddress(nodeIndex, number);
  }

  #free(): number {
    for (let step = 0; step < addressesPerNode; step++) {
      const number = this.#next + 1;
      this.#next = (this.#next + 1) % addressesPerNode;
      if (!this.#pods.has(number)) return number;
    }
    throw new Error(
      `all ${addressesPerNode} pod addresses of this node are taken: delete pods, or add a node`,
    );
  }
}
