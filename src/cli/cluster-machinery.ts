// The machinery of a cluster that runs, as a verb reaches it.

import type { Command } from 'commander';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { RemoteMachinery } from '../machinery/remote-machinery.ts';
import { clusterOf } from './verb.ts';

export interface RunningMachinery {
  readonly cluster: ClusterDir;
  readonly machinery: RemoteMachinery;
}

/** Throws when the cluster that the command names does not run. */
export function machineryOf(command: Command): RunningMachinery {
  const cluster = clusterOf(command);
  if (cluster.running()) return { cluster, machinery: new RemoteMachinery(cluster) };
  const name = cluster.name === 'default' ? '' : ` --name ${cluster.name}`;
  throw new Error(`the cluster "${cluster.name}" does not run; "relevo up${name}" starts it`);
}
