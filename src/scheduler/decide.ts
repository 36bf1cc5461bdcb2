// The decision: where a pod goes, or why nowhere. A pure function; carrying it out is bind.ts.

import { hasEnded } from '../api/core/pod-phase.ts';
import type { V1Node, V1Pod } from '../api/generated/types.ts';
import { Cluster } from './cluster.ts';
import { filterNodes, refusalMessage } from './filter.ts';
import { type PodInfo, podInfo } from './pod-info.ts';
import { bestNode } from './score.ts';

export type Decision =
  | { readonly kind: 'place'; readonly nodeName: string }
  /** No node may take it; the message is Kubernetes' own. */
  | { readonly kind: 'unschedulable'; readonly message: string }
  /** It waits for its scheduling gates. */
  | { readonly kind: 'gated'; readonly message: string };

const gatedMessage = 'Scheduling is blocked due to non-empty scheduling gates';

export function decide(pod: PodInfo, cluster: Cluster): Decision {
  if ((pod.pod.spec.schedulingGates ?? []).length > 0) return { kind: 'gated', message: gatedMessage };
  const { allowed, refusals } = filterNodes(pod, cluster);
  const best = bestNode(pod, cluster, allowed);
  if (best) return { kind: 'place', nodeName: best.name };
  return { kind: 'unschedulable', message: refusalMessage(cluster.nodes.length, refusals) };
}

/** The same from plain objects: `pods` are those already bound; ended ones hold nothing. */
export function schedule(
  pod: V1Pod,
  nodes: Iterable<V1Node>,
  pods: Iterable<V1Pod>,
  namespaces: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(),
): Decision {
  const cluster = new Cluster();
  for (const node of nodes) cluster.setNode(node);
  for (const [name, labels] of namespaces) cluster.setNamespace(name, labels);
  for (const other of pods) {
    const nodeName = other.spec?.nodeName;
    if (nodeName && !hasEnded(other)) cluster.place(podInfo(other), nodeName);
  }
  return decide(podInfo(pod), cluster);
}
