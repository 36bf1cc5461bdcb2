// The machinery of a running cluster as verbs in other shells use it: every call goes to the supervisor, and what it refuses is told in its words.

import type { ClusterDir } from './cluster-dir.ts';
import { callControl } from './control-socket.ts';
import type {
  AddedNode,
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

/** What `node` names. */
export type NodeInput = { readonly node: string };
export type PodInput = { readonly pod: PodName } & Partial<HoldOptions>;
export type SlowInput = NodeInput & { readonly quality: LinkQuality };
export type BalancerInput = { readonly engine: boolean };
export type AddInput = { readonly name?: string };

export class RemoteMachinery implements Machinery, Membership {
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
