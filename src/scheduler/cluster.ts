// What the scheduler knows: nodes, the pods on them, namespaces. Kept up to date change by change; decisions only read it.

import type { V1Node } from '../api/generated/types.ts';
import type { AffinityTerm, NamespaceLabels, WeightedTerm } from './affinity-term.ts';
import type { Labels } from './label-keys.ts';
import { NodeInfo } from './node-info.ts';
import { type CountsByNode, PodCounts, type PodQuestion } from './pod-counts.ts';
import type { PodInfo } from './pod-info.ts';
import { type CarriedTerm, TermIndex } from './term-index.ts';

/** A required affinity of a placed pod also attracts pods that match it (kube-scheduler's hardPodAffinityWeight). */
const requiredAffinityWeight = 1;

export class Cluster {
  readonly namespaceLabels: NamespaceLabels = (namespace) => this.#namespaces.get(namespace);
  /** By name; also nodes of which only pods are known. */
  readonly #nodes = new Map<string, NodeInfo>();
  /** Where each placed pod is. */
  readonly #places = new Map<string, { node: NodeInfo; pod: PodInfo }>();
  readonly #namespaces = new Map<string, Labels>();
  readonly #counts = new PodCounts();
  readonly #antiAffinities = new TermIndex();
  readonly #preferences = new TermIndex();
  #sorted: readonly NodeInfo[] | undefined;

  /** Nodes that exist, by name, so that no decision depends on the order in which they appeared. */
  get nodes(): readonly NodeInfo[] {
    this.#sorted ??= [...this.#nodes.values()]
      .filter((info) => info.node !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#sorted;
  }

  setNode(node: V1Node): void {
    const info = this.#nodeInfo(node.metadata.name);
    if (!info.node) this.#sorted = undefined;
    info.node = node;
  }

  /** Its pods stay known, and count again when a node of that name comes back. */
  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    info.node = undefined;
    this.#sorted = undefined;
    this.#forgetIfEmpty(info);
  }

  setNamespace(name: string, labels: Labels): void {
    this.#namespaces.set(name, labels);
    this.#counts.clear();
  }

  removeNamespace(name: string): void {
    this.#namespaces.delete(name);
    this.#counts.clear();
  }

  /** Puts the pod on a node; an earlier state of the same pod, wherever it was, is replaced. */
  place(pod: PodInfo, nodeName: string): void {
    this.unplace(pod.key);
    const node = this.#nodeInfo(nodeName);
    node.add(pod);
    this.#places.set(pod.key, { node, pod });
    this.#counts.add(nodeName, pod);
    this.#carry(pod, nodeName, 1);
  }

  unplace(key: string): void {
    const place = this.#places.get(key);
    if (!place) return;
    this.#places.delete(key);
    place.node.remove(place.pod);
    this.#counts.remove(place.node.name, place.pod);
    this.#carry(place.pod, place.node.name, -1);
    this.#forgetIfEmpty(place.node);
  }

  placed(key: string): PodInfo | undefined {
    return this.#places.get(key)?.pod;
  }

  /** How many placed pods match, per node name. The first call walks over all pods, later ones do not. */
  count(question: PodQuestion): CountsByNode {
    return this.#counts.of(question, () => this.#everyPod());
  }

  /** Required anti-affinity terms of placed pods. */
  get antiAffinities(): Iterable<CarriedTerm> {
    return this.#antiAffinities.values();
  }

  /** Preferred terms (and required affinities, lightly) of placed pods, weighted. */
  get preferences(): Iterable<CarriedTerm> {
    return this.#preferences.values();
  }

  *#everyPod(): Iterable<[string, PodInfo]> {
    for (const { node, pod } of this.#places.values()) yield [node.name, pod];
  }

  #nodeInfo(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#nodes.set(name, info);
    }
    return info;
  }

  #forgetIfEmpty(info: NodeInfo): void {
    if (!info.node && info.pods.size === 0) this.#nodes.delete(info.name);
  }

  #carry(pod: PodInfo, nodeName: string, sign: 1 | -1): void {
    const { requiredAnti, required, preferred } = pod.affinities;
    for (const term of requiredAnti) this.#antiAffinities.add(term, nodeName, sign);
    const attracted = required.map((term: AffinityTerm) => ({ term, weight: requiredAffinityWeight }));
    for (const { term, weight } of [...preferred, ...attracted] as WeightedTerm[]) {
      this.#preferences.add(term, nodeName, sign * weight);
    }
  }
}

/** Adds up a count per node into a count per value of a node label; nodes without the label are left out. */
export function countByTopology(
  counts: CountsByNode,
  key: string,
  nodes: readonly NodeInfo[],
): Map<string, number> {
  const totals = new Map<string, number>();
  for (const node of nodes) {
    const value = node.topology(key);
    const count = counts.get(node.name);
    if (value !== undefined && count) totals.set(value, (totals.get(value) ?? 0) + count);
  }
  return totals;
}
