// What a cluster of real processes stands on: how its nodes are connected, and into which namespaces its processes are put.

import type { LinkFaults, NoLinkFaults } from '../../machinery/machinery.ts';
import type { ChildSpec } from '../../machinery/supervised-child.ts';
import type { NetworkPlan } from '../../network/network-plan.ts';
import type { Member } from '../cluster-members.ts';
import type { NetworkSpec } from './networks.ts';
import type { Outward } from './outward.ts';

/** Where a child of the supervisor runs. */
export type Place = Pick<ChildSpec, 'enter' | 'mayOpen'>;

export interface Premises {
  readonly network: NetworkSpec;
  readonly plan: NetworkPlan;
  /** Where the processes run that are on no node: control plane and balancer. */
  readonly centre: Place;
  /** Where nodes and pods reach the API; others reach it on 127.0.0.1. */
  readonly apiHost: string;
  readonly links: LinkFaults | NoLinkFaults;
  /** Why pods reach nothing beyond the cluster at the moment, in one line that says what to do; undefined: they do. */
  readonly whyNoEgress?: string;
  /** Resolves when all of it is known: `network` and `whyNoEgress` may lack the way out until then. Never rejects. */
  complete(): Promise<void>;
  /** The same for the same node at every call. */
  groundOf(member: Member): NodeGround;
  /** When everything that stood on it has ended. Idempotent. */
  close(): Promise<void>;
}

/** What is known before. */
export interface PremisesOptions {
  /** N of the cluster's 127.N.0.0/16. */
  readonly number: number;
  /** Of 127.0.0.1: the cluster's own, besides node ports. */
  readonly ownPorts: readonly number[];
  readonly outward: Outward;
  /** The network was lost, with all nodes: whoever stood on it is to end, and finds another one when it is put there again. */
  onLost(): void;
}

/** What one node stands on. Its kubelet is the supervisor's child; everything else on it is reached from here. */
export interface NodeGround {
  /** Where its kubelet runs. Entering makes what is missing, also after a kill(). */
  readonly place: Place;
  /** Nothing of what happens to it next is heard outside, where a network can do that. */
  silence(): Promise<void>;
  /** Kills everything on it before it returns. `halt` does so with the kubelet, which would start things again. Idempotent. */
  kill(halt?: () => void): void;
  /** Everything on it stands still, should the supervisor die, too. Idempotent. */
  freeze(kubelet: KubeletProcess): Promise<void>;
  /** Idempotent. */
  thaw(kubelet: KubeletProcess): Promise<void>;
}

export interface KubeletProcess {
  /** Undefined while it has none. */
  readonly pid: number | undefined;
  signal(signal: NodeJS.Signals): void;
}
