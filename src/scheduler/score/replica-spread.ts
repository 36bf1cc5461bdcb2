// The score that spreads the replicas of one owner evenly over the nodes, and over zones where nodes have as many.

import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

const zoneLabel = 'topology.kubernetes.io/zone';

/**
 * The fewer the better: replicas on the node first, then in its zone. A pair of integers and not a scaled score, since evenness
 * (no node more than one ahead of another that could take the pod) is a promise.
 */
export function replicaLoad(
  pod: PodInfo,
  nodes: readonly NodeInfo[],
): (node: NodeInfo) => readonly [onNode: number, inZone: number] {
  const group = pod.replicaGroup;
  if (group === undefined) return () => [0, 0];
  const zones = new Map<string, number>();
  for (const node of nodes) {
    const zone = node.topology(zoneLabel);
    if (zone !== undefined) zones.set(zone, (zones.get(zone) ?? 0) + (node.replicas.get(group) ?? 0));
  }
  return (node) => [node.replicas.get(group) ?? 0, zones.get(node.topology(zoneLabel) ?? '') ?? 0];
}
