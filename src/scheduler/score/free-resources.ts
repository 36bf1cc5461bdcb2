// The score for room: the least allocated node, and the one whose cpu and memory fill up evenly.

import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { maxScore } from './score.ts';

const scoredResources = ['cpu', 'memory'];

/** The share of a resource that would be in use, 0 to 1; undefined where the node has none of it. */
function usedShare(pod: PodInfo, node: NodeInfo, resource: string): number | undefined {
  const allocatable = node.allocatable.get(resource);
  if (!allocatable) return undefined;
  const used = (node.scoredRequested.get(resource) ?? 0) + (pod.scoredRequests.get(resource) ?? 0);
  return Math.min(1, used / allocatable);
}

/** kube-scheduler's LeastAllocated plus BalancedAllocation: 0 to 200, an integer so that noise decides nothing. */
export function freeResources(pod: PodInfo, node: NodeInfo): number {
  const shares = scoredResources.flatMap((resource) => usedShare(pod, node, resource) ?? []);
  if (shares.length === 0) return 0;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const deviation = (Math.max(...shares) - Math.min(...shares)) / 2;
  return Math.floor(maxScore * (1 - mean)) + Math.floor(maxScore * (1 - deviation));
}
