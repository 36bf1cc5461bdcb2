// A process and all that it has started (Linux).

import { readdirSync, readFileSync } from 'node:fs';

/**
 * The pids of the process and of everything below it, parents first. Cheap enough to be asked for while something is measured: it reads nothing
 * of other processes. Throws when one of them ends meanwhile.
 */
export function processTree(pid: number): number[] {
  // Each thread has its own children: proc_pid_task(5).
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}
