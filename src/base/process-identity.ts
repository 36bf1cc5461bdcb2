// Tells a process from a later one that was given the same pid.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A text that no other process on this machine has, from one start of the machine to the next; undefined when there is no such process. */
export function processIdentity(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? linuxIdentity(pid) : portableIdentity(pid);
  } catch {
    return undefined;
  }
}

/** The start in clock ticks since boot (proc_pid_stat(5), field 22; the fields are counted after the name, which may hold anything). */
function linuxIdentity(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isZombie = fields[0] === 'Z';
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return isZombie ? undefined : `${boot} ${fields[19]}`;
}

function portableIdentity(pid: number): string | undefined {
  const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } } as const;
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || undefined;
}
