// The processes of a pod on this machine, for faults that need no API.

import { createHash } from 'node:crypto';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import { markedProcesses, nodeMarkerPrefix } from '../runtime/process/marked-processes.ts';

/** What tells this cluster's pods from those of every other on this machine, also after a restart. */
export function clusterMarker(dir: ClusterDir): string {
  return `${dir.name}-${createHash('sha256').update(dir.path).digest('hex').slice(0, 12)}`;
}

/** Their pids, the oldest first; empty when it has none, or on a system without /proc. */
export function podProcesses(dir: ClusterDir, node: string, podUid: string): number[] {
  return markedProcesses(`${nodeMarkerPrefix(clusterMarker(dir), node)}${podUid}/`).sort((a, b) => a - b);
}
