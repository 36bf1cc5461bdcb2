// Those that wait outside for what they have put into a PID namespace: an `nsenter` whose child is stopped stops itself, too.

import { readdirSync, readFileSync } from 'node:fs';

/** Of all programs that were started with the words of the holder whose process this is. */
export function waitersFor(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const [program, ...args] = contentOf(`/proc/${name}/cmdline`).split('\0');
      return program === 'nsenter' && args.includes(`--target=${pid}`);
    })
    .map(Number);
}

/** Those that are stopped wait again, for the dead too: nobody else could tell that they have ended. */
export function wakeWaiters(pid: number): void {
  for (const waiter of waitersFor(pid)) wake(waiter);
}

/** True for one that is gone. */
export function isStopped(pid: number): boolean {
  const status = contentOf(`/proc/${pid}/status`);
  return status === '' || /^State:\s+[TZ]/m.test(status);
}

/** Whether it stands still by a signal. False for one that has ended. */
export function standsStill(pid: number): boolean {
  return /^State:\s+[Tt]/m.test(contentOf(`/proc/${pid}/status`));
}

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended.
  }
}

/** Nothing for a process that is gone. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
