// The contract of a score: how much a node is preferred among those that are allowed.

import type { Cluster } from '../cluster.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** 0 (least preferred) to 100. */
export type NodeScore = (node: NodeInfo) => number;

/** Works out once what concerns the pod; undefined when it has no preference between the nodes. */
export type Score = (
  pod: PodInfo,
  cluster: Cluster,
  candidates: readonly NodeInfo[],
) => NodeScore | undefined;

export const maxScore = 100;

/** Scales raw values linearly to 0–100 over the candidates; undefined when all are equal. `reverse` prefers low values. */
export function scaled(
  candidates: readonly NodeInfo[],
  raw: (node: NodeInfo) => number,
  reverse = false,
): NodeScore | undefined {
  const values = new Map(candidates.map((node) => [node, raw(node)]));
  const least = Math.min(...values.values());
  const range = Math.max(...values.values()) - least;
  if (range === 0) return undefined;
  return (node) => {
    const share = ((values.get(node) ?? least) - least) / range;
    return Math.round(maxScore * (reverse ? 1 - share : share));
  };
}
