// The processes of a pod as the kernel has them. The machinery is not asked: this is what says whether it did what it was told.
// Linux only, as pods of processes are.

import { processFile, processIds } from '../../../base/process-files.ts';
import { processIdentity } from '../../../base/process-identity.ts';

export interface SeenProcess {
  readonly pid: number;
  /** See processIdentity(). */
  readonly identity: string;
}

/** What every process of a pod has in its environment: RELEVO_POD=CLUSTER/NODE/UID/PROGRAM. */
const marker = '\0RELEVO_POD=';

/** Of each of these pods, by UID; an empty list for those that have none. */
export function processesOfPods(uids: readonly string[]): Map<string, SeenProcess[]> {
  const found = new Map<string, SeenProcess[]>(uids.map((uid) => [uid, []]));
  for (const pid of processIds()) {
    const seen = found.get(podOf(pid) ?? '');
    const identity = seen && processIdentity(pid);
    if (seen && identity !== undefined) seen.push({ pid, identity });
  }
  return found;
}

/** False when there is no such process any more; a later one with its PID is another. */
export function lives({ pid, identity }: SeenProcess): boolean {
  return processIdentity(pid) === identity;
}

function podOf(pid: number): string | undefined {
  const environment = `\0${processFile(pid, 'environ')}`;
  const start = environment.indexOf(marker);
  if (start < 0) return undefined;
  const end = environment.indexOf('\0', start + 1);
  return environment.slice(start + marker.length, end < 0 ? undefined : end).split('/')[2];
}
