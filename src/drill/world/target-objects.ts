// The objects of the API that a target consists of, and what they do not say of how it is reached.

import type {
  V1Deployment,
  V1Ingress,
  V1Node,
  V1Pod,
  V1ReplicaSet,
  V1Service,
} from '../../api/generated/types.ts';
import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';

/** Nodes are those of the cluster, everything else is of the namespace of the Service. */
export interface TargetObjects {
  readonly service: V1Service | undefined;
  readonly pods: readonly V1Pod[];
  readonly nodes: readonly V1Node[];
  readonly policies: readonly BackendPolicy[];
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly ingresses: readonly V1Ingress[];
}

/** Where Ingresses and node ports are reached, where that is not what the objects say. */
export interface Entrance {
  /** Of the balancer of a cluster on this machine: its URL for Ingresses. */
  readonly ingress?: string;
  /** Node ports are reached on this machine, not on a node. */
  readonly isLocal: boolean;
}
