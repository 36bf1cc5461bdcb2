// Who really runs when somebody was put into namespaces.

import { readFileSync } from 'node:fs';
import { childrenOf } from '../process-children.ts';

/** The program's pid, as this process's PID namespace counts: to enter a PID namespace `nsenter` forks, and waits. */
export function enteredProcess(pid: number): number {
  return programNameOf(pid) === 'nsenter' ? (childrenOf(pid)[0] ?? pid) : pid;
}

/** proc_pid_comm(5). Undefined for one that is gone. */
export function programNameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
