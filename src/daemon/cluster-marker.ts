// How the processes of a cluster are told from those of every other on this machine.

import { createHash } from 'node:crypto';
import type { ClusterDir } from '../machinery/cluster-dir.ts';

/** Whoever the supervisor starts has the cluster's marker in this variable, and those that they start; pods do not: they have their own. */
export const clusterVariable = 'RELEVO_CLUSTER';

/** The same after a restart. */
export function clusterMarker(dir: ClusterDir): string {
  return `${dir.name}-${createHash('sha256').update(dir.path).digest('hex').slice(0, 12)}`;
}
