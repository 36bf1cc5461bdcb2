// The processes of this machine as the kernel shows them (proc_pid(5)). Linux only: elsewhere there are none to be seen.

import { readdirSync, readFileSync } from 'node:fs';

/** Of all there are. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** `status`, `environ`, …: a character for each byte. Empty when the process has ended, or is somebody else's. */
export function processFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** Whether it stands still by a signal. False for one that has ended. */
export function standsStill(pid: number): boolean {
  return /^State:\s+[Tt]/m.test(processFile(pid, 'status'));
}
