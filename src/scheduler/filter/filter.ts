// The contract of a filter: a rule that a node must satisfy for a pod to be placed there.

import type { Cluster } from '../cluster.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** Why the node is refused, in Kubernetes' words; empty when it is not. */
export type NodeCheck = (node: NodeInfo) => readonly string[];

/** Works out once what concerns the pod; undefined when the rule cannot refuse any node. */
export type Filter = (pod: PodInfo, cluster: Cluster) => NodeCheck | undefined;

export const fits: readonly string[] = [];
