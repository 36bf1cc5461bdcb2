// relevo.dev/v1alpha1 Balancer as TypeScript sees it: one balancer of the cluster, and what it says of itself. It has no wishes.

import type { V1Condition } from '../generated/types.ts';
import type { KubeObject } from '../object.ts';

export interface Balancer extends KubeObject {
  status?: BalancerStatus;
}

export interface BalancerStatus {
  engine?: string;
  version?: string;
  /** What is served altogether; the lists below are cut. */
  totals?: BalancerTotals;
  backends?: BalancerBackend[];
  /** What of the configuration is not in force. */
  problems?: BalancerProblem[];
  departures?: Departure[];
  /** DeparturesAwaited: whether pods are told to end only when balancers have let go of them. */
  conditions?: V1Condition[];
}

/** Counts, for tables. */
export interface BalancerTotals {
  backends: number;
  servers: number;
  /** Servers that get new requests at this moment, or would. */
  active: number;
  /** Backends that show their sorry page. */
  sorry: number;
}

export interface BalancerBackend {
  /** Such as `default/web:http`. */
  name: string;
  sorry: boolean;
  backupsActive: number;
  backupsWanted: number;
  servers: BalancerServer[];
}

export interface BalancerServer {
  /** The pod's UID, or the name of the node. */
  id: string;
  name: string;
  address: string;
  node?: string;
  role: string;
  state: string;
  health: string;
  ejected: boolean;
  active: boolean;
  /** Why new requests do not go to it, or not all of them; undefined where they do, and for a backup that nobody needs. */
  reason?: string;
  weight: number;
}

export interface BalancerProblem {
  subject: string;
  message: string;
}

/** The acknowledgement that nothing is under way to a pod that is to go, and nothing will be. */
export interface Departure {
  /** Of the pod. */
  uid: string;
  time: string;
}
