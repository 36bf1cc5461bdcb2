// Whose parent a process is. Linux only: elsewhere nobody has children.

import { readdirSync, readFileSync } from 'node:fs';

/** The pids of a process's children, the oldest first; empty when it is gone. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number)
    .sort((a, b) => a - b);
}

/** proc_pid_stat(5), field 4; the fields are counted after the name, which may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
