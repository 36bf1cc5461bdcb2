// Every fault by its name.

import { allPrimariesDown } from './all-primaries-down.ts';
import { balancerKill } from './balancer-kill.ts';
import { command } from './command.ts';
import { controlPlaneKill } from './control-plane-kill.ts';
import { cordon } from './cordon.ts';
import { drain } from './drain.ts';
import { everythingDown } from './everything-down.ts';
import { evict } from './evict.ts';
import type { Fault } from './fault.ts';
import { kubeletKill } from './kubelet-kill.ts';
import { nodeFreeze } from './node-freeze.ts';
import { nodePartition } from './node-partition.ts';
import { nodeSlow } from './node-slow.ts';
import { nodeStop } from './node-stop.ts';
import { podDelete } from './pod-delete.ts';
import { replicaFreeze } from './replica-freeze.ts';
import { replicaKill } from './replica-kill.ts';
import { rollingUpdate } from './rolling-update.ts';
import { surge } from './surge.ts';

/** In the order in which they are listed: from the small to the big, then what is done on purpose. */
const all: readonly Fault[] = [
  ...[replicaKill, replicaFreeze, podDelete, evict],
  ...[nodeStop, nodeFreeze, nodePartition, nodeSlow, kubeletKill],
  ...[controlPlaneKill, balancerKill],
  ...[surge, allPrimariesDown, everythingDown],
  ...[rollingUpdate, drain, cordon],
  command,
];

export const faults: ReadonlyMap<string, Fault> = new Map(all.map((fault) => [fault.name, fault]));
