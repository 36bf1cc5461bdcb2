// The machinery of a running cluster as verbs in other shells use it: every call goes to the supervisor, and what it refuses is told in its words.

import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from '../base/process-identity.ts';
import type { ClusterDir } from './cluster-dir.ts';
import { callControl } from './control-socket.ts';
import type {
  AddedNode,
  ControlPlaneFaults,
  HoldOptions,
  KilledBalancer,
  LinkFaults,
  LinkQuality,
  Machinery,
  MachineStatus,
  Membership,
  PodName,
  PodProcesses,
} from './machinery.ts';
import type { ChildStatus } from './supervised-child.ts';

/** What `node` names. */
export type NodeInput = { readonly node: string };
export type PodInput = { readonly pod: PodName } & Partial<HoldOptions>;
export type SlowInput = NodeInput & { readonly quality: LinkQuality };
export type BalancerInput = { readonly engine: boolean };
export type AddInput = { readonly name?: string };

/** What the supervisor calls it. */
const controlPlane = 'control-plane';
/** How often it is looked whether a process that was killed is gone. */
const lookMs = 5;

export class RemoteMachinery implements Machinery, Membership, ControlPlaneFaults {
  readonly #socket: string;

  /** Whether the cluster runs shows at the first call. */
  constructor(cluster: ClusterDir) {
    this.#socket = cluster.controlSocket;
  }

  nodes(): Promise<MachineStatus[]> {
    return callControl(this.#socket, 'nodes');
  }

  stop(node: string): Promise<void> {
    return this.#ofNode('node-stop', node);
  }

  start(node: string): Promise<boolean> {
    return callControl(this.#socket, 'node-start', { node } satisfies NodeInput);
  }

  freeze(node: string): Promise<void> {
    return this.#ofNode('node-freeze', node);
  }

  thaw(node: string): Promise<void> {
    return this.#ofNode('node-thaw', node);
  }

  killKubelet(node: string): Promise<void> {
    return this.#ofNode('kubelet-kill', node);
  }

  killBalancer(input: BalancerInput): Promise<KilledBalancer> {
    return callControl(this.#socket, 'balancer-kill', input);
  }

  async killControlPlane(): Promise<number> {
    const children: ChildStatus[] = await callControl(this.#socket, 'list');
    const pid = children.find(({ name }) => name === controlPlane)?.pid;
    if (pid === undefined) throw new Error('the control plane does not run');
    const identity = processIdentity(pid);
    await callControl(this.#socket, 'kill', { name: controlPlane });
    while (identity !== undefined && processIdentity(pid) === identity) await delay(lookMs);
    return pid;
  }

  killPod(pod: PodName, { hold }: HoldOptions): Promise<PodProcesses> {
    return callControl(this.#socket, 'pod-kill', { pod, hold } satisfies PodInput);
  }

  freezePod(pod: PodName, { hold }: HoldOptions): Promise<PodProcesses> {
    return callControl(this.#socket, 'pod-freeze', { pod, hold } satisfies PodInput);
  }

  thawPod(pod: PodName): Promise<PodProcesses> {
    return callControl(this.#socket, 'pod-thaw', { pod } satisfies PodInput);
  }

  /** What the cluster's network cannot do, each call is told. */
  readonly links: LinkFaults = {
    cut: (node) => this.#ofNode('node-cut', node),
    heal: (node) => this.#ofNode('node-heal', node),
    slow: async (node, quality) => {
      await callControl(this.#socket, 'node-slow', { node, quality } satisfies SlowInput);
    },
  };

  add(name?: string): Promise<AddedNode> {
    return callControl(this.#socket, 'node-add', { name } satisfies AddInput);
  }

  remove(node: string): Promise<void> {
    return this.#ofNode('node-remove', node);
  }

  async #ofNode(verb: string, node: string): Promise<void> {
    await callControl(this.#socket, verb, { node } satisfies NodeInput);
  }
}
