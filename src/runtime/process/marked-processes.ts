// Every process of a pod carries a marker variable in its environment. It is what finds those that left their process group, and those
// that outlived their node. A program that empties the environment and leaves its session cannot be found this way.

import { processFile, processIds } from '../../base/process-files.ts';

export const markerVariable = 'RELEVO_POD';

/** Which pod a process belongs to, from the widest to the narrowest. A prefix of it names all of a node, or all of a pod. */
export function markerOf(cluster: string, node: string, podUid: string, programId: string): string {
  return `${nodeMarkerPrefix(cluster, node)}${podUid}/${programId}`;
}

export function nodeMarkerPrefix(cluster: string, node: string): string {
  return `${clusterMarkerPrefix(cluster)}${encodeURIComponent(node)}/`;
}

export function clusterMarkerPrefix(cluster: string): string {
  return `${encodeURIComponent(cluster)}/`;
}

/** The pids of processes whose marker begins with `prefix`. Empty where there is no /proc. */
export function markedProcesses(prefix: string): number[] {
  return processesWith(markerVariable, prefix);
}

/** The same for another variable. */
export function processesWith(variable: string, prefix: string): number[] {
  const wanted = `\0${variable}=${prefix}`;
  return processIds().filter((pid) => environmentOf(pid).includes(wanted));
}

/** Their markers, each once. */
export function liveMarkers(prefix: string): string[] {
  return [...processesByMarker(prefix).keys()];
}

/** Their pids by their markers. */
export function processesByMarker(prefix: string): Map<string, number[]> {
  const wanted = `\0${markerVariable}=${prefix}`;
  const found = processIds().flatMap((pid) => {
    const environment = environmentOf(pid);
    const start = environment.indexOf(wanted);
    if (start < 0) return [];
    const value = environment.slice(start + markerVariable.length + 2);
    return [{ pid, marker: value.slice(0, Math.max(0, value.indexOf('\0'))) }];
  });
  const byMarker = new Map<string, number[]>();
  for (const { pid, marker } of found) byMarker.set(marker, [...(byMarker.get(marker) ?? []), pid]);
  return byMarker;
}

/** Kills them, and those that they start meanwhile. Returns how many there were. */
export function killMarkedProcesses(prefix: string): number {
  const killed = new Set<number>();
  for (let round = 0; round < 10; round++) {
    const fresh = markedProcesses(prefix).filter((pid) => !killed.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      killed.add(pid);
      kill(pid, 'SIGKILL');
    }
  }
  return killed.size;
}

/** Signals a process, or with a negative number its group. False when there is none. */
export function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** With a leading zero byte, so that every variable has one before it. */
function environmentOf(pid: number): string {
  return `\0${processFile(pid, 'environ')}`;
}
