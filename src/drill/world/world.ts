// What a drill acts on: the cluster by its API, its machinery where it is one of Relevo's own on this machine, and the target in it.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../client/client.ts';
import type { BalancerStatus } from '../../machinery/balancer-status.ts';
import type { ControlPlaneFaults, Machinery } from '../../machinery/machinery.ts';
import type { WorldAccess } from './world-access.ts';

export interface World {
  readonly client: Client;
  /** Undefined on a foreign API server: node, kubelet and balancer faults are impossible there. */
  readonly machinery?: Machinery & ControlPlaneFaults;
  /** Statistics and access log of the balancer; undefined where it cannot be reached. */
  readonly balancer?: () => Promise<BalancerStatus>;
  /** Where the drill's own journal lies: it outlives a crash of the runner. */
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether files of this machine may be run: only from the command line. */
  readonly mayRunCommands: boolean;
  /** How another process reaches the same; undefined: nobody undoes anything should this process be killed. */
  readonly access?: WorldAccess;
}

/** The target as it is at one moment. */
export interface TargetView {
  readonly namespace: string;
  readonly service: string;
  readonly url: string;
  readonly host?: string;
  /** Of the Service and of its policy's backup.selector; without those on their way out. */
  readonly pods: readonly TargetPod[];
  /** Of primaries, by what owns them; undefined where nothing says so. */
  readonly wanted?: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly schedulable: boolean;
  }[];
  readonly hasPolicy: boolean;
  readonly hasBackups: boolean;
  readonly hasSorryPage: boolean;
}

export interface TargetPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly role: 'primary' | 'backup';
  readonly ready: boolean;
  readonly restarts: number;
  readonly address: string;
  /** Milliseconds since the epoch, whole seconds; undefined: not known. */
  readonly createdAt?: number;
}
