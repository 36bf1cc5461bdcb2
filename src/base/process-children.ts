// Whose parent a process is. Linux only: elsewhere nobody has children.

import { processFile, processIds } from './process-files.ts';

/** The pids of a process's children, the oldest first; empty when it is gone. */
export function childrenOf(pid: number): number[] {
  return processIds()
    .filter((one) => parentOf(one) === pid)
    .sort((a, b) => a - b);
}

/** proc_pid_stat(5), field 4; the fields are counted after the name, which may hold anything. */
function parentOf(pid: number): number | undefined {
  const stat = processFile(pid, 'stat');
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
