// The memory that programs hold and could not give back: what their limit is compared with where no control group counts it. Shared pages
// count in part for everybody who shares them.

import { processFile } from '../../../base/process-files.ts';
import { markedProcesses } from '../marked-processes.ts';

const pageBytes = 4_096;

/**
 * Of all processes that carry a marker beginning with `marker`, in bytes. Where it is surely below `atLeast` the quicker and greater sum of
 * their resident memory is returned instead of the exact one.
 */
export function workingSetOf(marker: string, atLeast = 0): number {
  const pids = markedProcesses(marker);
  const resident = sum(pids, residentBytes);
  return resident <= atLeast ? resident : sum(pids, ownBytes);
}

function sum(pids: readonly number[], bytesOf: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + bytesOf(pid), 0);
}

/** proc_pid_statm(5). */
function residentBytes(pid: number): number {
  const [, resident] = processFile(pid, 'statm').split(' ').map(Number);
  return (resident ?? 0) * pageBytes;
}

/** Neither program text nor libraries: those are the page cache's. */
function ownBytes(pid: number): number {
  const rollup = processFile(pid, 'smaps_rollup');
  const kibibytes = (name: string) => Number(new RegExp(`^${name}: *(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
  if (rollup) return (kibibytes('Pss_Anon') + kibibytes('Pss_Shmem')) * 1_024;
  const [, resident = 0, shared = 0] = processFile(pid, 'statm').split(' ').map(Number);
  return (resident - shared) * pageBytes;
}
