// Which nodes may take a pod, and in Kubernetes' words why the others may not.

import type { Cluster } from './cluster.ts';
import type { Filter, NodeCheck } from './filter/filter.ts';
import { cordon, hostPorts, nodeAffinity, nodeName, taints } from './filter/node-rules.ts';
import { podAffinity } from './filter/pod-affinity.ts';
import { resources } from './filter/resources.ts';
import { topologySpread } from './filter/topology-spread.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** In kube-scheduler's order: only the first rule that refuses a node is told. */
const filters: readonly Filter[] = [
  cordon,
  nodeName,
  taints,
  nodeAffinity,
  hostPorts,
  resources,
  topologySpread,
  podAffinity,
];

export interface Filtered {
  readonly allowed: NodeInfo[];
  /** How many nodes were refused for each reason. */
  readonly refusals: ReadonlyMap<string, number>;
}

function firstRefusal(checks: readonly NodeCheck[], node: NodeInfo): readonly string[] | undefined {
  for (const check of checks) {
    const reasons = check(node);
    if (reasons.length > 0) return reasons;
  }
  return undefined;
}

export function filterNodes(pod: PodInfo, cluster: Cluster): Filtered {
  const checks = filters.flatMap((filter) => filter(pod, cluster) ?? []);
  const allowed: NodeInfo[] = [];
  const refusals = new Map<string, number>();
  for (const node of cluster.nodes) {
    const reasons = firstRefusal(checks, node);
    if (!reasons) allowed.push(node);
    for (const reason of reasons ?? []) refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
  }
  return { allowed, refusals };
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods. preemption: not supported.` */
export function refusalMessage(nodeCount: number, refusals: ReadonlyMap<string, number>): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const parts = [...refusals].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${parts.join(', ')}. preemption: not supported.`;
}
