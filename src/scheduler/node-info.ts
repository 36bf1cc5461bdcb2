// One node as the scheduler sees it: what it offers and the running totals of what its pods take.

import { type Amounts, addAmounts, nodeAmounts } from '../api/core/resource-amounts.ts';
import type { V1Node, V1Taint } from '../api/generated/types.ts';
import { collide, type HostPort } from './host-ports.ts';
import type { Labels } from './label-keys.ts';
import type { PodInfo } from './pod-info.ts';
import { unschedulableTaint } from './taints.ts';

const unschedulable: V1Taint = { key: unschedulableTaint, effect: 'NoSchedule' };

export class NodeInfo {
  readonly name: string;
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Amounts = new Map();
  readonly scoredRequested: Amounts = new Map();
  /** Pods per replica group, those on their way out left out. */
  readonly replicas = new Map<string, number>();
  #node: V1Node | undefined;
  #allocatable: Amounts = new Map();
  #hostPorts: { key: string; port: HostPort }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Undefined while only pods are known of this node: it takes no part in decisions. */
  get node(): V1Node | undefined {
    return this.#node;
  }

  set node(node: V1Node | undefined) {
    this.#node = node;
    this.#allocatable = node ? nodeAmounts(node) : new Map();
  }

  get allocatable(): Amounts {
    return this.#allocatable;
  }

  get labels(): Labels {
    return this.#node?.metadata.labels ?? {};
  }

  /** The value of a label of the node. */
  topology(key: string): string | undefined {
    return Object.hasOwn(this.labels, key) ? this.labels[key] : undefined;
  }

  get taints(): readonly V1Taint[] {
    return this.#node?.spec?.taints ?? [];
  }

  /** The taint that cordoning stands for, whether or not a controller has written it yet. */
  get cordon(): V1Taint | undefined {
    return this.#node?.spec?.unschedulable ? unschedulable : undefined;
  }

  add(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    this.#count(pod, 1);
    for (const port of pod.hostPorts) this.#hostPorts.push({ key: pod.key, port });
  }

  remove(pod: PodInfo): void {
    if (!this.pods.delete(pod.key)) return;
    this.#count(pod, -1);
    if (pod.hostPorts.length > 0) this.#hostPorts = this.#hostPorts.filter(({ key }) => key !== pod.key);
  }

  hasFree(wanted: HostPort): boolean {
    return !this.#hostPorts.some(({ port }) => collide(port, wanted));
  }

  #count(pod: PodInfo, sign: 1 | -1): void {
    addAmounts(this.requested, pod.requests, sign);
    addAmounts(this.scoredRequested, pod.scoredRequests, sign);
    const group = pod.replicaGroup;
    if (group === undefined || pod.terminating) return;
    const count = (this.replicas.get(group) ?? 0) + sign;
    if (count === 0) this.replicas.delete(group);
    else this.replicas.set(group, count);
  }
}
