// How much processor time a process has used, as the kernel counts it (Linux): what does not change when the machine is busy.

import { readFileSync } from 'node:fs';

/** Ticks of user space; a hundred a second on every Linux. */
const tickMs = 10;

/** Of all its threads since its start, in milliseconds, in steps of 10. Throws when there is no such process. */
export function processCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, the second field, is in parentheses and may have spaces and parentheses in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  return (userTicks + systemTicks) * tickMs;
}
