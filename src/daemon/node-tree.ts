// The processes that a node of plain processes is made of, beside its kubelet: node-init and the pods. Found on the disk and in /proc, so that
// nobody need be asked, and nobody who is frozen is waited for.

import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programNameOf } from '../base/namespaces/entered-process.ts';
import { standsStill } from '../base/process-files.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import type { PodName } from '../machinery/machinery.ts';
import {
  kill,
  killMarkedProcesses,
  liveMarkers,
  markedProcesses,
  nodeMarkerPrefix,
  processesByMarker,
} from '../runtime/process/marked-processes.ts';
import { runningNodeInit } from '../runtime/process/node-init-connection.ts';
import { readPods } from '../runtime/process/pod-folders.ts';
import { isHeld } from '../runtime/process/pod-hold.ts';
import { sandboxName } from '../runtime/process/root/sandbox.ts';
import { clusterMarker } from './cluster-marker.ts';

export interface PodOnNode extends PodName {
  /** Where the runtime keeps it. */
  readonly folder: string;
  /** What the markers of its processes begin with. */
  readonly marker: string;
  /** Whether it has any. */
  readonly runs: boolean;
  /** See pod-hold.ts. */
  readonly held: boolean;
}

export class NodeTree {
  readonly #folder: string;
  readonly #marker: string;

  constructor(dir: ClusterDir, node: string) {
    this.#folder = nodeFolder(dir, node);
    this.#marker = nodeMarkerPrefix(clusterMarker(dir), node);
  }

  /** node-init's first: it notices what happens to pods. */
  processes(): number[] {
    const init = runningNodeInit(this.#folder);
    return [...(init ? [init.pid] : []), ...markedProcesses(this.#marker)];
  }

  /** Synchronously. The kubelet must be gone already: it would start another node-init. */
  kill(): void {
    const init = runningNodeInit(this.#folder);
    if (init) kill(init.pid, 'SIGKILL');
    killMarkedProcesses(this.#marker);
  }

  /** All that the node keeps, ended ones too. */
  pods(): PodOnNode[] {
    const live = liveMarkers(this.#marker);
    return readPods(path.join(this.#folder, 'pods')).map(({ spec: { namespace, name, uid }, folder }) => {
      const marker = `${this.#marker}${uid}/`;
      const runs = live.some((each) => each.startsWith(marker));
      return { namespace, name, folder, marker, runs, held: isHeld(folder) };
    });
  }
}

export function nodeFolder(dir: ClusterDir, node: string): string {
  return path.join(dir.data, 'nodes', node);
}

/** Of the processes with a pod's marker, its own programs': neither what keeps its namespaces nor what waits outside for one inside. */
export function programsOf(marker: string): number[] {
  return [...processesByMarker(marker)]
    .flatMap(([each, pids]) => (each === `${marker}${sandboxName}` ? [] : pids))
    .filter((pid) => programNameOf(pid) !== 'nsenter');
}

/** Stops them, and those that they started meanwhile. Returns their pids. */
export function freezeProcesses(find: () => number[]): number[] {
  const frozen = new Set<number>();
  for (let round = 0; round < 10; round++) {
    const fresh = find().filter((pid) => !frozen.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      frozen.add(pid);
      kill(pid, 'SIGSTOP');
    }
  }
  return [...frozen];
}

/**
 * Ends what freezeProcesses() did. Again while somebody stands still: an `nsenter` whose child is stopped stops itself a moment after it was
 * woken before that child. Not for ever: a program may be one that stops itself.
 */
export async function thawProcesses(find: () => number[]): Promise<void> {
  for (let round = 0; round < 10; round++) {
    for (const pid of find()) kill(pid, 'SIGCONT');
    await delay(10);
    if (!find().some(standsStill)) return;
  }
}
