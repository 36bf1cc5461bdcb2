// What can be done to the nodes of a cluster from outside, with its API dead too: the contract that node verbs and drills use, whatever the
// nodes are made of. It takes things away and gives them back; what the cluster makes of that is the cluster's matter.

import type { MachineryCode } from './machinery-error.ts';

/** A method rejects with an Error in one line: an unknown node (a MachineryError that names those there are), or a state in which that cannot be done. */
export interface Machinery {
  /** In the order of their addresses. */
  nodes(): Promise<MachineStatus[]>;
  /** Silently, as by a power cut: everything on it is killed at once. It stays stopped until start(), also over the next `up`. Idempotent. */
  stop(node: string): Promise<void>;
  /** True when it is ready; false when it has been started but nobody hears of it yet, as with the API dead. Idempotent. */
  start(node: string): Promise<boolean>;
  /** Everything on it stands still until thaw(). Idempotent. */
  freeze(node: string): Promise<void>;
  /** Everything on it goes on, pods that were frozen one by one too. Idempotent. */
  thaw(node: string): Promise<void>;
  /** Its pods go on; it is started again. */
  killKubelet(node: string): Promise<void>;
  /** With -9, as any fault: it is started again. With `engine` only what moves its traffic, which it starts again itself. */
  killBalancer(options: { readonly engine: boolean }): Promise<KilledBalancer>;
  /** Kills all of its processes at once. Held, it is not started again until thawPod(). */
  killPod(pod: PodName, options: HoldOptions): Promise<PodProcesses>;
  /** All of its processes stand still. Held, it is not started again should something kill it, until thawPod(). */
  freezePod(pod: PodName, options: HoldOptions): Promise<PodProcesses>;
  /** Ends what freezePod() and holding have done. Idempotent. */
  thawPod(pod: PodName): Promise<PodProcesses>;
  /** A capability: where the nodes' network has none, why not. */
  readonly links: LinkFaults | NoLinkFaults;
}

/** A capability: a control plane whose processes are at hand. */
export interface ControlPlaneFaults {
  /** With -9; it is started again. Resolves with the PID it had, when that is gone. Its nodes and balancer go on. */
  killControlPlane(): Promise<number>;
}

/** Faults of what connects a node with everybody else. */
export interface LinkFaults {
  /** Nothing leaves it and nothing reaches it. Idempotent. */
  cut(node: string): Promise<void>;
  /** Ends cut() and slow(). Idempotent. */
  heal(node: string): Promise<void>;
  /** Replaces what an earlier one did. */
  slow(node: string, quality: LinkQuality): Promise<void>;
}

export interface NoLinkFaults {
  /** What it is about, whatever the words. */
  readonly code: Extract<MachineryCode, 'shared-network'>;
  /** One line: why not, and what would have to be different. */
  readonly impossible: string;
}

export interface LinkQuality {
  /** Added on the way out. */
  readonly latencyMs?: number;
  /** Of packets that leave: 0 to 1. */
  readonly loss?: number;
  readonly rateBitsPerSecond?: number;
}

/** A capability: nodes that come and go while the cluster runs. */
export interface Membership {
  /** Without a name it gets the next free one of node-N. Nothing that runs is disturbed. Rejects without a control plane to vouch for it. */
  add(name?: string): Promise<AddedNode>;
  /** Stops it as stop() does and forgets it with all it had. Its Node object stays. */
  remove(node: string): Promise<void>;
}

/** `waiting`: its kubelet died, and the next start is due after a while. */
type MachineState = 'running' | 'starting' | 'waiting' | 'frozen' | 'stopped';

/** Plain data. */
export interface MachineStatus {
  readonly name: string;
  readonly state: MachineState;
  readonly address: string;
  /** Undefined while it has none. */
  readonly kubeletPid: number | undefined;
  /** The names, with namespace, of the pods that have processes on it. */
  readonly pods: readonly string[];
  /** Those that are not started again until somebody releases them. */
  readonly heldPods: readonly string[];
}

export interface KilledBalancer {
  readonly pid: number;
  readonly engine: string;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

export interface HoldOptions {
  readonly hold: boolean;
}

export interface PodProcesses {
  readonly node: string;
  /** How many were found. */
  readonly count: number;
}

export interface AddedNode {
  readonly name: string;
  /** See Machinery.start(). */
  readonly ready: boolean;
}
